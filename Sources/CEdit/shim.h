// libedit's el_set and el_get are variadic, which Swift cannot import: each form that is used has
// a one-line wrapper here. The editor draws nothing itself: its streams are given by the caller.
#ifndef CEDIT_SHIM_H
#define CEDIT_SHIM_H
#include <histedit.h>
#include <stddef.h>
#include <wchar.h>
typedef unsigned char (*ce_key_function)(EditLine *, int);
static inline int ce_set_int(EditLine *e, int op, int value) { return el_set(e, op, value); }
static inline int ce_get_int(EditLine *e, int op) { int value = 0; el_get(e, op, &value); return value; }
static inline int ce_set_string(EditLine *e, int op, const char *value) { return el_set(e, op, value); }
static inline const char *ce_get_string(EditLine *e, int op) { const char *value = NULL; el_get(e, op, &value); return value; }
static inline int ce_bind(EditLine *e, const char *key, const char *command) { return el_set(e, EL_BIND, key, command, (char *)NULL); }
static inline int ce_bind_alternative(EditLine *e, const char *key, const char *command) { return el_set(e, EL_BIND, "-a", key, command, (char *)NULL); }
static inline int ce_add_function(EditLine *e, const char *name, const char *help, ce_key_function f) { return el_set(e, EL_ADDFN, name, help, f); }
static inline int ce_set_reader(EditLine *e, el_rfunc_t f) { return el_set(e, EL_GETCFN, f); }
static inline int ce_set_data(EditLine *e, void *data) { return el_set(e, EL_CLIENTDATA, data); }
static inline int ce_refresh(EditLine *e) { return el_set(e, EL_REFRESH); }
static inline void *ce_data(EditLine *e) { void *p = NULL; el_get(e, EL_CLIENTDATA, &p); return p; }
// Declared by <wchar.h> only under _XOPEN_SOURCE, which the Glibc module does not set.
extern int wcwidth(wchar_t);
static inline int ce_width(unsigned scalar) { return wcwidth((wchar_t)scalar); }
#endif
