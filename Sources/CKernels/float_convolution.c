#include "float_tile.h"
#include "float_convolution.h"

#define CK_LOOPS "float_convolution.inc"
#include "float_each_set.inc"

long ck_larger(long a, long b) { return a > b ? a : b; }

static long lastInput(long outputs, long stride, long window, long dilation) {
  return (outputs - 1) * stride + (window - 1) * dilation + 1;
}

/// The extents of an image with its border of zeros, as the forward pass reads it.
ck_border ck_forward_border(const ck_convolution *shape) {
  ck_border border = {.top = shape->padTop, .left = shape->padLeft};
  border.height = ck_larger(
      lastInput(
          shape->outputHeight, shape->strideHeight, shape->windowHeight, shape->dilationHeight),
      shape->height + border.top);
  border.width = ck_larger(
      lastInput(shape->outputWidth, shape->strideWidth, shape->windowWidth, shape->dilationWidth),
      shape->width + border.left);
  border.needed = border.height > shape->height || border.width > shape->width;
  return border;
}

static long greatestCommonDivisor(long a, long b) {
  while (b > 0) {
    const long rest = a % b;
    a = b;
    b = rest;
  }
  return a;
}

/// Division that rounds down, for a positive divisor.
static long floorDivide(long a, long b) { return a >= 0 ? a / b : -((b - 1 - a) / b); }

ck_taps ck_taps_of(
    long residue, long stride, long dilation, long window, long pad, long inputs) {
  const long divisor = greatestCommonDivisor(stride, dilation);
  ck_taps taps = {.count = 0, .step = stride / divisor, .distance = dilation / divisor};
  taps.inputs = residue < inputs ? (inputs - residue + stride - 1) / stride : 0;
  for (long tap = window - 1; tap >= 0; tap--) {
    const long ahead = residue + pad - tap * dilation;
    if (floorDivide(ahead, stride) * stride != ahead) continue;
    if (taps.count == 0) {
      taps.last = tap;
      taps.firstOutput = floorDivide(ahead, stride);
    }
    taps.count++;
  }
  return taps;
}

/// How far windows reach before the first output and behind the last along one axis.
static void reach(
    long stride, long dilation, long window, long pad, long inputs, long outputs, long *before,
    long *extent) {
  long behind = outputs;
  *before = 0;
  for (long residue = 0; residue < stride; residue++) {
    const ck_taps taps = ck_taps_of(residue, stride, dilation, window, pad, inputs);
    if (taps.count == 0 || taps.inputs == 0) continue;
    *before = ck_larger(*before, -taps.firstOutput);
    behind = ck_larger(
        behind, taps.firstOutput + (taps.count - 1) * taps.distance + taps.inputs);
  }
  *extent = behind + *before;
}

ck_border ck_backward_border(const ck_convolution *shape) {
  ck_border border = {.needed = 0};
  reach(
      shape->strideHeight, shape->dilationHeight, shape->windowHeight, shape->padTop,
      shape->height, shape->outputHeight, &border.top, &border.height);
  reach(
      shape->strideWidth, shape->dilationWidth, shape->windowWidth, shape->padLeft, shape->width,
      shape->outputWidth, &border.left, &border.width);
  border.needed = border.height > shape->outputHeight || border.width > shape->outputWidth;
  return border;
}

int ck_is_pointwise(const ck_convolution *shape) {
  return shape->windowHeight == 1 && shape->windowWidth == 1 && shape->strideHeight == 1
      && shape->strideWidth == 1 && shape->groups == 1 && shape->padTop == 0
      && shape->padLeft == 0 && shape->outputHeight == shape->height
      && shape->outputWidth == shape->width;
}

// Few channels or outputs do not pay for the transforms.
int ck_is_winograd(const ck_convolution *shape) {
  return shape->windowHeight == 3 && shape->windowWidth == 3 && shape->strideHeight == 1
      && shape->strideWidth == 1 && shape->dilationHeight == 1 && shape->dilationWidth == 1
      && shape->groups == 1 && shape->channels >= 16 && shape->filters >= 16
      && shape->outputHeight >= 4 && shape->outputWidth >= 4 && shape->padTop <= 2
      && shape->padLeft <= 2;
}

long ck_winograd_patches(long channels, long filters) { return channels + filters > 64 ? 24 : 48; }

static long winogradWorkspace(long channels, long filters) {
  const long patches = ck_winograd_patches(channels, filters);
  return 16 * (channels * filters + patches * (channels + filters) + 3 * CK_WINOGRAD_GAP);
}

long ck_convolution_workspace(const ck_convolution *shape) {
  if (ck_is_winograd(shape)) return winogradWorkspace(shape->channels, shape->filters);
  const ck_border forward = ck_forward_border(shape);
  const ck_border backward = ck_backward_border(shape);
  const long product = ck_larger(
      ck_matmul_workspace(0, shape->filters, shape->channels),
      ck_matmul_workspace(0, shape->channels, shape->filters));
  return ck_larger(
      ck_larger(forward.height * forward.width * shape->channels, product),
      backward.height * backward.width * shape->filters);
}

long ck_convolution_prepared_count(const ck_convolution *shape) {
  return shape->windowHeight * shape->windowWidth * (shape->channels / shape->groups)
      * shape->filters;
}

void ck_convolution_prepare(const ck_convolution *shape, const float *weights, float *prepared) {
  const long channels = shape->channels / shape->groups;
  const long filters = shape->filters / shape->groups;
  const long stepHeight =
      shape->strideHeight / greatestCommonDivisor(shape->strideHeight, shape->dilationHeight);
  const long stepWidth =
      shape->strideWidth / greatestCommonDivisor(shape->strideWidth, shape->dilationWidth);
  for (long rowClass = 0; rowClass < shape->strideHeight; rowClass++) {
    const ck_taps rows = ck_taps_of(
        rowClass, shape->strideHeight, shape->dilationHeight, shape->windowHeight, shape->padTop,
        shape->height);
    for (long columnClass = 0; columnClass < shape->strideWidth; columnClass++) {
      const ck_taps columns = ck_taps_of(
          columnClass, shape->strideWidth, shape->dilationWidth, shape->windowWidth,
          shape->padLeft, shape->width);
      for (long group = 0; group < shape->groups; group++)
        for (long r = 0; r < rows.count; r++)
          for (long s = 0; s < columns.count; s++) {
            const long tap = (rows.last - r * stepHeight) * shape->windowWidth + columns.last
                - s * stepWidth;
            const float *from = weights + tap * channels * shape->filters + group * filters;
            for (long filter = 0; filter < filters; filter++)
              for (long channel = 0; channel < channels; channel++)
                *prepared++ = from[channel * shape->filters + filter];
          }
    }
  }
}
