/// Kernels for 32-bit floats.
///
/// Rules that hold for every function here:
/// - Results have the same bits with every instruction set: lanes run over outputs, each output
///   adds its terms in one fixed order with fused multiply-add, sums along a row use 16 partial
///   sums whatever the width of a vector.
/// - A call runs on the calling thread and touches only its arguments. To use several threads, cut
///   the batch into chunks of a fixed size, call once a chunk and add partial results in order.
/// - Arrays are dense and row-major unless a stride is given; images are height x width x channels,
///   one after another. No alignment is needed; nothing outside the arrays is read or written.
/// - `accumulate` 0 overwrites the result, 1 adds to it (going on from the stored value).
/// - Counts are in elements. A workspace is scratch memory of the number of floats that the
///   function's `_workspace` companion gives; its contents mean nothing before and after.
/// - Arrays must not overlap, unless a comment says that they may be the same.
#ifndef CK_FLOAT_H
#define CK_FLOAT_H

#include <stdint.h>

// MARK: Matrix product

/// Floats of workspace that `ck_matmul` needs for these sizes.
long ck_matmul_workspace(long rows, long columns, long depth);

/// `c (+)= op(a) op(b)`: c is rows x columns, op(a) rows x depth, op(b) depth x columns.
///
/// With `transposeA`, a is stored depth x rows; with `transposeB`, b is stored columns x depth.
/// `strideA`, `strideB` and `strideC` are the distances between stored rows.
/// Each output adds its products in order of depth.
void ck_matmul(
    int transposeA, int transposeB, long rows, long columns, long depth, const float *a,
    long strideA, const float *b, long strideB, float *c, long strideC, int accumulate,
    float *workspace);

/// `to` (columns x rows) is `from` (rows x columns) with its axes exchanged.
///
/// A product with a transposed right matrix exchanges them for itself, each time: with few rows, it
/// pays to do it once for all calls.
void ck_transpose(long rows, long columns, const float *from, float *to);

// MARK: Convolution

/// The sizes of a convolution: one image in, one image out.
///
/// Output cell (i, j) sees input cells (i * strideHeight - padTop + r * dilationHeight, and the
/// same for columns) for r in 0..<windowHeight; cells outside the image count as zero.
/// Weights are windowHeight x windowWidth x (channels / groups) x filters; group g reads the g-th
/// run of channels and writes the g-th run of filters.
typedef struct ck_convolution {
  long height, width, channels;
  long outputHeight, outputWidth, filters;
  long windowHeight, windowWidth;
  long strideHeight, strideWidth;
  long dilationHeight, dilationWidth;
  long padTop, padLeft;
  long groups;
} ck_convolution;

/// Floats of workspace that any of the three convolution functions needs.
long ck_convolution_workspace(const ck_convolution *shape);

/// Floats that `ck_convolution_prepare` writes (as many as there are weights).
long ck_convolution_prepared_count(const ck_convolution *shape);

/// Rearranges weights for `ck_convolution_backward_inputs`: once after each change of the weights.
void ck_convolution_prepare(const ck_convolution *shape, const float *weights, float *prepared);

/// `outputs = convolution(inputs, weights)` for `images` images.
void ck_convolution_forward(
    const ck_convolution *shape, long images, const float *inputs, const float *weights,
    float *outputs, float *workspace);

/// `dInputs (+)=` the gradient by the inputs; `prepared` comes from `ck_convolution_prepare`.
///
/// It is also the forward pass of a transposed convolution.
void ck_convolution_backward_inputs(
    const ck_convolution *shape, long images, const float *dOutputs, const float *prepared,
    float *dInputs, int accumulate, float *workspace);

/// `dWeights (+)=` the gradient by the weights, summed over the images in order.
void ck_convolution_backward_weights(
    const ck_convolution *shape, long images, const float *inputs, const float *dOutputs,
    float *dWeights, int accumulate, float *workspace);

/// Depthwise convolution: `shape->filters = channels * multiplier` and `shape->groups` is ignored.
///
/// Weights are windowHeight x windowWidth x channels x multiplier; output channel
/// `c * multiplier + m` comes from input channel c.
void ck_depthwise_forward(
    const ck_convolution *shape, long images, const float *inputs, const float *weights,
    float *outputs);

/// `dInputs (+)=` the gradient of a depthwise convolution by its inputs.
void ck_depthwise_backward_inputs(
    const ck_convolution *shape, long images, const float *dOutputs, const float *weights,
    float *dInputs, int accumulate);

/// `dWeights (+)=` the gradient of a depthwise convolution by its weights, images in order.
void ck_depthwise_backward_weights(
    const ck_convolution *shape, long images, const float *inputs, const float *dOutputs,
    float *dWeights, int accumulate);

// MARK: Pooling

/// The sizes of a pooling layer, read as those of `ck_convolution`; windows must touch the image.
typedef struct ck_pooling {
  long height, width, channels;
  long outputHeight, outputWidth;
  long windowHeight, windowWidth;
  long strideHeight, strideWidth;
  long dilationHeight, dilationWidth;
  long padTop, padLeft;
} ck_pooling;

/// The largest real cell of each window; `taps` (may be null) receives which cell of the window it
/// was, counted row by row, the first if several are equal.
void ck_max_pool_forward(
    const ck_pooling *shape, long images, const float *inputs, float *outputs, int32_t *taps);

/// Gives each output's gradient to the cell that was largest.
void ck_max_pool_backward(
    const ck_pooling *shape, long images, const float *dOutputs, const int32_t *taps,
    float *dInputs, int accumulate);

/// The mean of the real cells of each window (padding is not counted).
void ck_average_pool_forward(
    const ck_pooling *shape, long images, const float *inputs, float *outputs);

/// Gives each real cell of a window its share of the output's gradient.
void ck_average_pool_backward(
    const ck_pooling *shape, long images, const float *dOutputs, float *dInputs, int accumulate);

/// The mean over `cells` of each channel: inputs images x cells x channels, outputs images x
/// channels. Cells are added in order.
void ck_global_average_forward(
    long images, long cells, long channels, const float *inputs, float *outputs);

/// The gradient of `ck_global_average_forward`.
void ck_global_average_backward(
    long images, long cells, long channels, const float *dOutputs, float *dInputs, int accumulate);

/// The maximum over `cells` of each channel; `winners` (may be null) receives the cell.
void ck_global_max_forward(
    long images, long cells, long channels, const float *inputs, float *outputs, int32_t *winners);

/// The gradient of `ck_global_max_forward`.
void ck_global_max_backward(
    long images, long cells, long channels, const float *dOutputs, const int32_t *winners,
    float *dInputs, int accumulate);

// MARK: Bias and activation functions

/// Activation functions that act on each element by itself.
typedef enum ck_activation {
  ck_linear = 0,
  /// `max(x, 0)`
  ck_relu = 1,
  /// `min(max(x, 0), 6)`
  ck_relu6 = 2,
  /// `x < 0 ? slope * x : x`
  ck_leaky = 3,
  /// `1 / (1 + exp(-x))`
  ck_sigmoid = 4,
  ck_tanh = 5,
  /// `log(1 + exp(x))`
  ck_softplus = 6,
  /// `x / 2 * (1 + erf(x / sqrt(2)))`
  ck_gelu = 7,
  /// `x * min(max(x + 3, 0), 6) / 6`
  ck_hard_swish = 8,
  /// `min(max(x + 3, 0), 6) / 6`
  ck_hard_sigmoid = 9,
  /// `x >= 0 ? 1 : 0`; its gradient is 0.
  ck_step = 10,
} ck_activation;

/// `outputs[i] = f(inputs[i])`; the arrays may be the same. `slope` is used by `ck_leaky` only.
void ck_activation_forward(
    ck_activation activation, float slope, long count, const float *inputs, float *outputs);

/// `outputs[r, c] = f(inputs[r, c] + bias[c])`; `bias` may be null; the arrays may be the same.
void ck_bias_activation(
    ck_activation activation, float slope, long rows, long columns, const float *inputs,
    const float *bias, float *outputs);

/// Whether `ck_activation_backward` needs the inputs of the function (softplus, gelu, hardswish,
/// hardsigmoid, step) rather than its outputs (all others).
int ck_activation_needs_inputs(ck_activation activation);

/// `dInputs[i] = dOutputs[i] * f'`, where `values` holds the function's inputs or outputs as
/// `ck_activation_needs_inputs` says. `dInputs` may be `dOutputs` or `values`. For `ck_leaky`,
/// `slope` must not be negative.
void ck_activation_backward(
    ck_activation activation, float slope, long count, const float *dOutputs, const float *values,
    float *dInputs);

/// `sums[c] (+)= sum over r of values[r, c]`, rows in a fixed order: the gradient of a bias.
void ck_column_sums(long rows, long columns, const float *values, float *sums, int accumulate);

// MARK: Softmax and losses

/// `outputs[r] = softmax(scale * inputs[r])`; the arrays may be the same.
void ck_softmax(long rows, long columns, float scale, const float *inputs, float *outputs);

/// `dInputs[r] = scale * outputs[r] * (dOutputs[r] - sum(dOutputs[r] * outputs[r]))`; `dInputs` may
/// be `dOutputs`.
void ck_softmax_backward(
    long rows, long columns, float scale, const float *dOutputs, const float *outputs,
    float *dInputs);

/// Cross-entropy of `softmax(logits[r])` with the class `labels[r]`, each in 0..<columns.
///
/// The expected distribution is `1 - smoothing` on the label plus `smoothing / columns` on every
/// class. `rowWeights` (may be null) multiplies each row's loss and gradient. `losses[r]` is the
/// row's weighted loss; `dLogits` (may be null, may be `logits`) its gradient times
/// `gradientScale`.
void ck_softmax_cross_entropy(
    long rows, long columns, const float *logits, const int32_t *labels, const float *rowWeights,
    float smoothing, float gradientScale, float *losses, float *dLogits);

/// Cross-entropy of `softmax(logits[r] / temperature)` with the distribution `targets[r]`.
///
/// `losses[r] = -sum(targets[r] * log softmax(logits[r] / temperature))`; `dLogits` (may be null,
/// may be `logits`) is its gradient times `gradientScale`.
void ck_softmax_cross_entropy_soft(
    long rows, long columns, const float *logits, const float *targets, float temperature,
    float gradientScale, float *losses, float *dLogits);

/// Losses that add one term per element.
typedef enum ck_loss {
  /// `(p - e)^2`
  ck_squared_error = 0,
  /// `|p - e|`
  ck_absolute_error = 1,
  /// `|d| <= delta ? d^2 / 2 : delta * (|d| - delta / 2)` with `d = p - e`
  ck_huber = 2,
  /// `-e log s(p) - (1 - e) log(1 - s(p))` with the sigmoid s: `p` is a logit
  ck_binary_cross_entropy = 3,
  /// `e (log e - log p)`, with `p` raised to at least 1e-7: `p` is a probability
  ck_kl_divergence = 4,
  /// `-e log p - (1 - e) log(1 - p)`, with `p` kept within 1e-7 of 0 and 1: `p` is a probability
  ck_binary_of_probability = 5,
} ck_loss;

/// `losses[r]` is the sum of the row's terms; `dPredicted` (may be null, may be `predicted`) the
/// gradient of that sum times `gradientScale`.
void ck_element_loss(
    ck_loss loss, float delta, long rows, long columns, const float *predicted,
    const float *expected, float gradientScale, float *losses, float *dPredicted);

// MARK: Normalization

/// Mean and sum of squared distances from it, of each column of one chunk, rows in a fixed order.
void ck_column_moments(
    long rows, long columns, const float *values, float *means, float *centredSquares);

/// Moments of a whole batch from those of its chunks, in chunk order (Chan et al., 1979).
///
/// `means` and `centredSquares` are parts x columns, `rows[p]` the number of rows of part p;
/// `variance` is the sum of squares divided by the number of rows of all parts.
void ck_combine_moments(
    long parts, const long *rows, long columns, const float *means, const float *centredSquares,
    float *mean, float *variance);

/// `outputs[r, c] = f(inputs[r, c] * scales[c] + shifts[c])`; the arrays may be the same.
void ck_scale_shift(
    ck_activation activation, float slope, long rows, long columns, const float *inputs,
    const float *scales, const float *shifts, float *outputs);

/// Column sums of one chunk that the gradient of batch normalization needs.
///
/// `sums[c] = sum g`, `dots[c] = sum g * (inputs - mean[c])`, rows in a fixed order. If `shifts` is
/// not null, a relu followed the normalization: g counts only where the normalized value, which is
/// `inputs * scales[c] + shifts[c]` as `ck_scale_shift` computes it, is positive.
void ck_batch_norm_backward_sums(
    long rows, long columns, const float *dOutputs, const float *inputs, const float *mean,
    const float *scales, const float *shifts, float *sums, float *dots);

/// `dInputs = scales[c] * (g - offsets[c] - (inputs - mean[c]) * slopes[c])`; `dInputs` may be
/// `dOutputs`; g and `shifts` are those of `ck_batch_norm_backward_sums`.
///
/// With n rows in the batch: `scales = gamma / deviation`, `offsets = sums / n`,
/// `slopes = dots / (n * variance)`, where the variance includes epsilon.
void ck_batch_norm_backward(
    long rows, long columns, const float *dOutputs, const float *inputs, const float *mean,
    const float *scales, const float *shifts, const float *offsets, const float *slopes,
    float *dInputs);

/// `outputs[r, c] = (inputs[r, c] - mean[r]) * inverse[r] * gamma[c] + beta[c]`, where `inverse[r]`
/// is `1 / sqrt(variance[r] + epsilon)`; `means` and `inverses` (rows each) are kept for the
/// backward pass.
void ck_layer_norm_forward(
    long rows, long columns, const float *inputs, const float *gamma, const float *beta,
    float epsilon, float *outputs, float *means, float *inverses);

/// The gradients of `ck_layer_norm_forward`; those of gamma and beta are added to `dGamma` and
/// `dBeta`. `dInputs` may be `dOutputs`.
void ck_layer_norm_backward(
    long rows, long columns, const float *dOutputs, const float *inputs, const float *gamma,
    const float *means, const float *inverses, float *dInputs, float *dGamma, float *dBeta);

// MARK: Recurrent layers: one step of `rows` samples
//
// A row's gates begin `gateStride` behind those of the row before, its cells and results `stride`
// behind; `earlier` holds the values of the step before (null in the first step, which counts as 0).

/// A step of a long short-term memory.
///
/// `gates` holds the sums of the input, forget, candidate and output gates, units each, and receives
/// i, f, o = sigmoid and g = tanh of them; `cells` receives `c = f * earlier + i * g`, `bounded`
/// `tanh(c)`, `results` `o * tanh(c)`.
void ck_lstm_forward(
    long rows, long units, float *gates, long gateStride, const float *earlier, float *cells,
    float *bounded, float *results, long stride);

/// The gradient of `ck_lstm_forward`: `gates` receives that by the gates' sums, `dCells` (rows x
/// units), which holds the gradient by the cells, that by the earlier ones. `dResults` is rows x
/// units.
void ck_lstm_backward(
    long rows, long units, float *gates, long gateStride, const float *earlier,
    const float *bounded, long stride, const float *dResults, float *dCells);

/// A step of gated recurrent units.
///
/// `gates` holds the input's part of the update, reset and candidate gates, `products` (rows x 3
/// units) the part of the earlier results. `gates` receives z, r = sigmoid of both parts together,
/// and `n = tanh(gates + r * products)`; `candidates` the candidate's products; `results`
/// `z * earlier + (1 - z) * n`.
void ck_gru_forward(
    long rows, long units, float *gates, long gateStride, const float *products,
    float *candidates, long candidateStride, const float *earlier, float *results, long stride);

/// The gradient of `ck_gru_forward`: `gates` receives that by the input's part, `products`, which
/// holds the candidate's products (rows `gateStride` apart), that by the other part, and `dResults`
/// (rows x units) the direct part of that by the earlier results.
void ck_gru_backward(
    long rows, long units, float *gates, float *products, long gateStride, const float *earlier,
    long stride, float *dResults);

// MARK: Elements

/// `values[i] = value`
void ck_fill(long count, float value, float *values);

/// `to[i] = from[i]`
void ck_copy(long count, const float *from, float *to);

/// `result[i] = a[i] + b[i]`; `result` may be `a` or `b`, here and in the next functions.
void ck_add(long count, const float *a, const float *b, float *result);

/// `result[i] = a[i] - b[i]`
void ck_subtract(long count, const float *a, const float *b, float *result);

/// `result[i] = a[i] * b[i]`
void ck_multiply(long count, const float *a, const float *b, float *result);

/// `result[i] (+)= a[i] * b[i]` with one rounding
void ck_multiply_add(long count, const float *a, const float *b, float *result);

/// `y[i] = factor * x[i] + y[i]` with one rounding
void ck_axpy(long count, float factor, const float *x, float *y);

/// `result[i] = factor * x[i] + offset` with one rounding
void ck_scale(long count, float factor, float offset, const float *x, float *result);

/// `result[i] = keep[i] ? x[i] * scale : 0`: dropout, forward and backward, and pruning masks.
void ck_masked_scale(long count, const float *x, const uint8_t *keep, float scale, float *result);

/// `result[i] = round(clamp(x[i] * inverse, low, high)) * scale`, halves to even: the values that
/// integers from `low` to `high` stand for, where `inverse` is 1 / `scale`. The bounds are whole
/// numbers of at most 2^22. `x` and `result` may be the same.
void ck_round_to_scale(
    long count, float inverse, float scale, float low, float high, const float *x, float *result);

/// `result[i] = low <= x[i] <= high ? values[i] : 0`: a gradient that clipping lets through.
/// `values` and `result` may be the same.
void ck_pass_within(
    long count, float low, float high, const float *x, const float *values, float *result);

/// The derivative by the scale of what `ck_round_to_scale` gives, for the gradient `values` of its
/// results: the sum of `values[i] * slope[i]`, in the order of `ck_sum`. With `v = x[i] * inverse` a
/// slope is `low` where `v < low`, `high` where `v > high`, and `round(v) - v` between them
/// (Esser et al., "Learned step size quantization", 2020, equation 3).
float ck_step_gradient(
    long count, float inverse, float low, float high, const float *x, const float *values);

/// Lowers `*low` and raises `*high` to the least and greatest of `x`; NaN changes neither.
void ck_extremes(long count, const float *x, float *low, float *high);

/// `sum[i] = parts[0][i] + parts[1][i] + …`, in that order; part p begins at `parts + p * stride`.
/// `sum` may be the first part.
void ck_sum_parts(long count, long parts, long stride, const float *values, float *sum);

/// The sum of all elements, as 16 partial sums combined in a fixed order.
float ck_sum(long count, const float *values);

/// The sum of all squares, in the same order.
float ck_sum_of_squares(long count, const float *values);

/// The sum of `a[i] * b[i]`, in the same order.
float ck_dot(long count, const float *a, const float *b);

/// Whether any element is infinite or not a number.
int ck_has_non_finite(long count, const float *values);

// MARK: Functions of arrays; `outputs` may be `inputs`; errors are in units in the last place

/// The exponential, error below 1.1; overflows to infinity, underflows gradually.
void ck_exp(long count, const float *inputs, float *outputs);

/// The natural logarithm, error below 1; minus infinity at 0, NaN below.
void ck_log(long count, const float *inputs, float *outputs);

/// The hyperbolic tangent, error below 1.5.
void ck_tanh_values(long count, const float *inputs, float *outputs);

/// `1 / (1 + exp(-x))`, error below 2.3.
void ck_sigmoid_values(long count, const float *inputs, float *outputs);

/// The sine of an angle in radians, error below 1.6 for every finite angle.
void ck_sin(long count, const float *inputs, float *outputs);

/// The cosine of an angle in radians, error below 1.6 for every finite angle.
void ck_cos(long count, const float *inputs, float *outputs);

/// The error function, error below 1.3.
void ck_erf(long count, const float *inputs, float *outputs);

// MARK: Optimizers: one update of `count` weights

/// `w -= rate * (g + decay * w)`
void ck_sgd(long count, float rate, float decay, const float *gradient, float *weights);

/// `velocity = momentum * velocity + g + decay * w`, then `w -= rate * velocity`, or with
/// `nesterov` `w -= rate * (g + decay * w + momentum * velocity)`.
void ck_momentum(
    long count, float rate, float momentum, float decay, int nesterov, const float *gradient,
    float *velocity, float *weights);

/// The constants of one Adam step (Kingma and Ba, 2015; Loshchilov and Hutter, 2019).
typedef struct ck_adam_step {
  /// The learning rate divided by `1 - beta1^t`.
  float rate;
  /// `1 / (1 - beta2^t)`
  float secondScale;
  float beta1, beta2, epsilon;
  /// Added to the gradient as `decay * w`.
  float decay;
  /// Subtracted from the weights as `decoupledDecay * w`: the learning rate times the decay.
  float decoupledDecay;
} ck_adam_step;

/// `m += (1 - beta1)(g - m)`, `v += (1 - beta2)(g^2 - v)`,
/// `w -= rate * m / (sqrt(v * secondScale) + epsilon)`.
void ck_adam(
    const ck_adam_step *step, long count, const float *gradient, float *m, float *v,
    float *weights);

/// `v += (1 - rho)(g^2 - v)`, `w -= rate * g / (sqrt(v) + epsilon)`, with `g` including
/// `decay * w`; with `momentum` the quotient first goes into `velocity` (may be null if it is 0).
void ck_rmsprop(
    long count, float rate, float rho, float momentum, float epsilon, float decay,
    const float *gradient, float *v, float *velocity, float *weights);

/// `v += g^2`, `w -= rate * g / (sqrt(v) + epsilon)`, with `g` including `decay * w`.
void ck_adagrad(
    long count, float rate, float epsilon, float decay, const float *gradient, float *v,
    float *weights);

// MARK: The machine's limit

/// Runs `rounds` rounds of multiply-adds that stay in registers: what no kernel can exceed.
float ck_multiply_add_burst(long rounds);

/// Multiply-adds of single floats in a burst of `rounds` rounds.
long ck_multiply_add_burst_count(long rounds);

#endif
