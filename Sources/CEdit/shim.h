// libedit's el_set, el_get and history are variadic, and stdin is a mutable global: Swift 6 can
// import neither, so each form that is used has a one-line wrapper here.
#ifndef CEDIT_SHIM_H
#define CEDIT_SHIM_H
#include <histedit.h>
#include <stddef.h>
typedef char *(*ce_prompt_function)(EditLine *);
typedef unsigned char (*ce_key_function)(EditLine *, int);
static inline EditLine *ce_init(const char *program) { return el_init(program, stdin, stdout, stderr); }
static inline int ce_set_prompt(EditLine *e, int op, ce_prompt_function f, char escape) { return el_set(e, op, f, (int)escape); }
static inline int ce_set_int(EditLine *e, int op, int value) { return el_set(e, op, value); }
static inline int ce_set_none(EditLine *e, int op) { return el_set(e, op); }
static inline int ce_set_string(EditLine *e, int op, const char *value) { return el_set(e, op, value); }
static inline int ce_bind(EditLine *e, const char *key, const char *command) { return el_set(e, EL_BIND, key, command, (char *)NULL); }
static inline int ce_add_function(EditLine *e, const char *name, const char *help, ce_key_function f) { return el_set(e, EL_ADDFN, name, help, f); }
static inline int ce_use_history(EditLine *e, History *h) { return el_set(e, EL_HIST, history, h); }
static inline int ce_set_reader(EditLine *e, el_rfunc_t f) { return el_set(e, EL_GETCFN, f); }
static inline int ce_set_data(EditLine *e, void *data) { return el_set(e, EL_CLIENTDATA, data); }
static inline void *ce_data(EditLine *e) { void *p = NULL; el_get(e, EL_CLIENTDATA, &p); return p; }
static inline int ce_history_int(History *h, HistEvent *ev, int op, int value) { return history(h, ev, op, value); }
static inline int ce_history_string(History *h, HistEvent *ev, int op, const char *value) { return history(h, ev, op, value); }
static inline void ce_flush(void) { fflush(stdout); }
extern int wcwidth(wchar_t);
static inline int ce_width(unsigned scalar) { return wcwidth((wchar_t)scalar); }
#endif
