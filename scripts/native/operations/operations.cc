// Operations of this project's own for TensorFlow on processors of type x86-64: what several of TensorFlow's do one
// after the other, in one pass over memory and with the same bits. They come to life where this file is linked in.
#include <immintrin.h>
#include <strings.h>

#include <algorithm>
#include <atomic>
#include <cmath>
#include <condition_variable>
#include <cstdint>
#include <cstdlib>
#include <cstring>
#include <functional>
#include <mutex>
#include <thread>
#include <type_traits>
#include <utility>
#include <vector>

#include "tensorflow/c/ops.h"
#include "tensorflow/c/tf_tensor.h"

// From tensorflow/c/kernels.h, which includes a header that the wheel's C headers here lack.
extern "C" {
typedef struct TF_KernelBuilder TF_KernelBuilder;
typedef struct TF_OpKernelConstruction TF_OpKernelConstruction;
typedef struct TF_OpKernelContext TF_OpKernelContext;
TF_KernelBuilder *TF_NewKernelBuilder(const char *, const char *, void *(*)(TF_OpKernelConstruction *),
                                      void (*)(void *, TF_OpKernelContext *), void (*)(void *));
void TF_RegisterKernelBuilder(const char *, TF_KernelBuilder *, TF_Status *);
int TF_NumInputs(TF_OpKernelContext *);
void TF_GetInput(TF_OpKernelContext *, int, TF_Tensor **, TF_Status *);
TF_Tensor *TF_AllocateOutput(TF_OpKernelContext *, int, TF_DataType, const int64_t *, int, size_t, TF_Status *);
void TF_OpKernelContext_Failure(TF_OpKernelContext *, TF_Status *);
void TF_OpKernelConstruction_GetAttrFloat(TF_OpKernelConstruction *, const char *, float *, TF_Status *);
void TF_OpKernelConstruction_GetAttrBool(TF_OpKernelConstruction *, const char *, unsigned char *, TF_Status *);
}

namespace {

struct RadamStep {
  float rate, beta1, beta2, epsilon;
  /** λ, which adds λθ to the gradient; where `decoupled`, what θ is multiplied by. */
  float decay;
  bool decoupled;
};
struct PhiloxKey {
  uint32_t key[2];
  /** The upper two words of the counter; the lower two count blocks of four numbers. */
  uint32_t counter[2];
};
struct Dropout {
  PhiloxKey key;
  float below, scale;
  bool rectifies;
};
/** By channel: μ, 1/√(σ² + ε), γ, β. */
struct Normal {
  const float *mean, *scale, *gamma, *beta;
};
/** By channel; of each pixel's gradient `shift` is taken, and `slope` for each unit that x is above μ. */
struct NormalGradient {
  const float *mean, *scale, *gamma, *slope, *shift;
};
struct Loops {
  int lanes;
  void (*radam)(const RadamStep &, const float *, const float *, float *, float *, float *, int64_t);
  void (*dropout)(const Dropout &, const float *, float *, int8_t *, int64_t, int64_t);
  void (*dropoutGradient)(float, const float *, const int8_t *, float *, int64_t, int64_t);
  void (*poolDropout)(const Dropout &, const float *, float *, int8_t *, int64_t, int64_t, int64_t, int64_t);
  void (*poolDropoutGradient)(float, const float *, const int8_t *, float *, int64_t, int64_t, int64_t, int64_t);
  void (*addRows)(bool, bool, const float *, int64_t, int64_t, const float *, float *, int64_t, int64_t);
  void (*normalise)(bool, const Normal &, const float *, float *, int64_t, int64_t, int64_t);
  void (*sumGradients)(bool, const Normal &, const float *, const float *, int64_t, int64_t, int64_t, int64_t, int64_t,
                       float *, float *);
  void (*inputGradient)(bool, const NormalGradient &, const float *, const float *, float *, int64_t, int64_t,
                        int64_t);
};

#pragma GCC push_options
#pragma GCC target("avx2,fma")
namespace avx2 {
#define LANES 8
#include "loops.h"
#undef LANES
}  // namespace avx2
#pragma GCC pop_options
#pragma GCC push_options
#pragma GCC target("avx2,fma,avx512f,avx512bw,avx512dq,avx512vl,prefer-vector-width=512")
namespace avx512 {
#define LANES 16
#include "loops.h"
#undef LANES
}  // namespace avx512
#pragma GCC pop_options

/** Whether an environment variable begins with a word, in any case. */
bool says(const char *variable, const char *word) {
  const char *value = std::getenv(variable);
  return value && strncasecmp(value, word, std::strlen(word)) == 0;
}

/**
 * The loops for the vectors that oneDNN takes here, for its sums of BatchNorm depend on their width; null where it has
 * no fused product and sum, or is switched off.
 */
const Loops *loopsHere() {
  __builtin_cpu_init();
  if (says("TF_ENABLE_ONEDNN_OPTS", "0") || says("TF_ENABLE_ONEDNN_OPTS", "false")) return nullptr;
  if (!__builtin_cpu_supports("avx2") || !__builtin_cpu_supports("fma")) return nullptr;
  bool wide = __builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512bw") &&
              __builtin_cpu_supports("avx512dq") && __builtin_cpu_supports("avx512vl");
  for (const char *most : {"ONEDNN_MAX_CPU_ISA", "DNNL_MAX_CPU_ISA"}) {
    const bool narrow = says(most, "AVX2");
    if (says(most, "SSE") || (says(most, "AVX") && !narrow && !says(most, "AVX512"))) return nullptr;
    wide = wide && !narrow;
  }
  return wide ? &avx512::LOOPS : &avx2::LOOPS;
}
const Loops *const loops = loopsHere();

/** As many threads as TensorFlow has. */
int threadCount() {
  static const int count = [] {
    const char *wish = std::getenv("TF_NUM_INTRAOP_THREADS");
    const int threads = wish ? std::atoi(wish) : 0;
    return std::max(1, threads > 0 ? threads : int(std::thread::hardware_concurrency()));
  }();
  return count;
}

/**
 * Threads that take tasks beside the calling one. It never waits for a thread that has not begun: on a busy machine it
 * does the tasks itself.
 */
class Helpers {
 public:
  /** Does all tasks, which go through so many values together: few are not worth waking a thread. */
  static void run(int64_t tasks, int64_t values, const std::function<void(int64_t)> &task) {
    // Lives as long as the process: its threads wait for ever.
    static Helpers *const helpers = new Helpers(threadCount() - 1);
    if (tasks > 1 && values >= FEW && helpers->count_ > 0 && helpers->busy_.try_lock()) {
      helpers->share(tasks, task);
      helpers->busy_.unlock();
    } else {
      for (int64_t i = 0; i < tasks; i++) task(i);
    }
  }

 private:
  explicit Helpers(int count) : count_(count) {
    for (int i = 0; i < count; i++) std::thread([this] { help(); }).detach();
  }

  void share(int64_t tasks, const std::function<void(int64_t)> &task) {
    {
      std::lock_guard<std::mutex> lock(mutex_);
      task_ = &task;
      tasks_ = tasks;
      next_ = 0;
      flags_ = _mm_getcsr();
      round_++;
    }
    begun_.notify_all();
    work(tasks, task);
    {
      std::lock_guard<std::mutex> lock(mutex_);
      task_ = nullptr;
    }
    for (int i = 0; i < SPINS && inside_ > 0; i++) _mm_pause();
    std::unique_lock<std::mutex> lock(mutex_);
    done_.wait(lock, [&] { return inside_ == 0; });
  }

  void work(int64_t tasks, const std::function<void(int64_t)> &task) {
    for (int64_t i; (i = next_++) < tasks;) task(i);
  }

  void help() {
    uint64_t seen = 0;
    for (;;) {
      // One operation has tasks several times, microseconds apart.
      for (int i = 0; i < SPINS && round_ == seen; i++) _mm_pause();
      std::unique_lock<std::mutex> lock(mutex_);
      begun_.wait(lock, [&] { return round_ != seen; });
      seen = round_;
      if (!task_) continue;
      const auto &task = *task_;
      const int64_t tasks = tasks_;
      inside_++;
      // Subnormal numbers count as 0, as on the calling thread.
      _mm_setcsr(flags_);
      lock.unlock();
      work(tasks, task);
      lock.lock();
      if (--inside_ == 0) done_.notify_one();
    }
  }

  enum { FEW = 1 << 15, SPINS = 1000 };
  const int count_;
  /** Held by the caller whose tasks are shared; another caller does its own alone. */
  std::mutex busy_;
  std::mutex mutex_;
  std::condition_variable begun_, done_;
  const std::function<void(int64_t)> *task_ = nullptr;
  int64_t tasks_ = 0;
  std::atomic<int64_t> next_{0};
  unsigned flags_ = 0;
  std::atomic<uint64_t> round_{0};
  std::atomic<int> inside_{0};
};

/** work(from, to) for all of 0 … count, in parts of whole `unit`s; each of `count` stands for so many values. */
void inParts(int64_t count, int64_t unit, int64_t values, const std::function<void(int64_t, int64_t)> &work) {
  const int threads = threadCount();
  const int64_t units = (count + unit - 1) / unit;
  const int64_t parts = threads == 1 ? 1 : std::min<int64_t>(units, 4 * threads);
  Helpers::run(parts, count * values, [&](int64_t i) {
    const int64_t from = units * i / parts * unit, to = std::min(count, units * (i + 1) / parts * unit);
    if (from < to) work(from, to);
  });
}

// ---- TensorFlow's C interface

/** Inputs and outputs of one call; the first failure is reported, and what follows it is not done. */
class Call {
 public:
  explicit Call(TF_OpKernelContext *context) : context_(context), status_(TF_NewStatus()) {}
  ~Call() {
    if (!good()) TF_OpKernelContext_Failure(context_, status_);
    for (TF_Tensor *tensor : tensors_) TF_DeleteTensor(tensor);
    TF_DeleteStatus(status_);
  }
  bool good() const { return TF_GetCode(status_) == TF_OK; }
  void require(bool holds, const char *what) {
    if (good() && !holds) TF_SetStatus(status_, TF_INVALID_ARGUMENT, what);
  }
  TF_Tensor *input(int index) {
    TF_Tensor *tensor = nullptr;
    TF_GetInput(context_, index, &tensor, status_);
    return keep(tensor);
  }
  TF_Tensor *output(int index, TF_DataType type, const std::vector<int64_t> &shape) {
    size_t bytes = TF_DataTypeSize(type);
    for (int64_t extent : shape) bytes *= extent;
    return keep(TF_AllocateOutput(context_, index, type, shape.data(), int(shape.size()), bytes, status_));
  }
  int inputs() const { return TF_NumInputs(context_); }

 private:
  TF_Tensor *keep(TF_Tensor *tensor) {
    if (tensor) tensors_.push_back(tensor);
    return tensor;
  }
  TF_OpKernelContext *context_;
  TF_Status *status_;
  std::vector<TF_Tensor *> tensors_;
};

float *floats(TF_Tensor *tensor) { return static_cast<float *>(TF_TensorData(tensor)); }
int8_t *bytes(TF_Tensor *tensor) { return static_cast<int8_t *>(TF_TensorData(tensor)); }
std::vector<int64_t> shapeOf(TF_Tensor *tensor) {
  std::vector<int64_t> shape(TF_NumDims(tensor));
  for (size_t i = 0; i < shape.size(); i++) shape[i] = TF_Dim(tensor, int(i));
  return shape;
}

/** The attributes of an operation; those that it does not have stay as they are. */
struct Attributes {
  float below = 0, scale = 0, epsilon = 0, kept = 0, added = 0;
  bool rectifies = false, pools = false, relu = false;
};

struct Operation {
  const char *name;
  std::vector<const char *> attributes, inputs, outputs;
  void (*compute)(const Attributes &, Call &);
};

// ---- the operations

/** The key and the counter that TensorFlow's StatelessRandomUniform makes of its two seeds: Philox once. */
PhiloxKey keyOf(const int64_t *seeds) {
  uint32_t key[2] = {0x3ec8f720, 0x02461e29};
  uint32_t c[4] = {uint32_t(seeds[0]), uint32_t(seeds[0] >> 32), uint32_t(seeds[1]), uint32_t(seeds[1] >> 32)};
  for (int round = 0; round < 10; round++) {
    const uint64_t a = 0xD2511F53ull * c[0], b = 0xCD9E8D57ull * c[2];
    const uint32_t next[] = {uint32_t(b >> 32) ^ c[1] ^ key[0], uint32_t(b), uint32_t(a >> 32) ^ c[3] ^ key[1],
                             uint32_t(a)};
    std::copy(next, next + 4, c);
    key[0] += 0x9E3779B9;
    key[1] += 0xBB67AE85;
  }
  return {{c[0], c[1]}, {c[2], c[3]}};
}

void dropout(const Attributes &a, Call &call) {
  TF_Tensor *const x = call.input(0), *const seeds = call.input(1);
  if (!call.good()) return;
  auto shape = shapeOf(x);
  call.require(TF_TensorElementCount(seeds) == 2, "expected two seeds");
  if (a.pools) {
    call.require(shape.size() == 4 && shape[1] % 2 == 0 && shape[2] % 2 == 0 && shape[3] % 16 == 0,
                 "expected images of even extents and a multiple of 16 channels");
    if (call.good()) shape[1] /= 2, shape[2] /= 2;
  }
  if (!call.good()) return;
  TF_Tensor *const y = call.output(0, TF_FLOAT, shape), *const mask = call.output(1, TF_INT8, shape);
  if (!call.good()) return;
  const Dropout d = {keyOf(static_cast<int64_t *>(TF_TensorData(seeds))), a.below, a.scale, a.rectifies};
  if (a.pools) {
    inParts(shape[0] * shape[1], 1, shape[2] * shape[3], [&](int64_t from, int64_t to) {
      loops->poolDropout(d, floats(x), floats(y), bytes(mask), shape[2], shape[3], from, to);
    });
  } else {
    inParts(TF_TensorElementCount(x), 1024, 1, [&](int64_t from, int64_t to) {
      loops->dropout(d, floats(x), floats(y), bytes(mask), from, to);
    });
  }
}

void dropoutGradient(const Attributes &a, Call &call) {
  TF_Tensor *const g = call.input(0), *const mask = call.input(1);
  if (!call.good()) return;
  auto shape = shapeOf(mask);
  call.require(TF_TensorElementCount(g) == TF_TensorElementCount(mask), "expected a gradient of the mask's size");
  if (a.pools) call.require(shape.size() == 4 && shape[3] % 16 == 0, "expected images");
  if (!call.good()) return;
  const auto pooled = shape;
  if (a.pools) shape[1] *= 2, shape[2] *= 2;
  TF_Tensor *const dx = call.output(0, TF_FLOAT, shape);
  if (!call.good()) return;
  if (a.pools) {
    inParts(pooled[0] * pooled[1], 1, pooled[2] * pooled[3], [&](int64_t from, int64_t to) {
      loops->poolDropoutGradient(a.scale, floats(g), bytes(mask), floats(dx), pooled[2], pooled[3], from, to);
    });
  } else {
    inParts(TF_TensorElementCount(g), 1024, 1, [&](int64_t from, int64_t to) {
      loops->dropoutGradient(a.scale, floats(g), bytes(mask), floats(dx), from, to);
    });
  }
}

/** Part `index` of `count` things in `parts` parts, as oneDNN deals them out (balance211). */
std::pair<int64_t, int64_t> partOf(int64_t count, int64_t parts, int64_t index) {
  const int64_t larger = (count + parts - 1) / parts, smaller = larger - 1, many = count - smaller * parts;
  const auto start = [&](int64_t i) { return i <= many ? i * larger : many * larger + (i - many) * smaller; };
  return {start(index), start(index + 1)};
}

/** How oneDNN 2.7 splits the sums of BatchNorm over its threads: into parts of the batch, and of each image. */
struct Split {
  int64_t images, pixels;
  Split(int64_t batch, int64_t size, int64_t channels) {
    const int64_t threads = threadCount(), blocks = channels / loops->lanes;
    int64_t byChannels = 1;
    if (threads > 1 && blocks > 8) {
      if (threads >= 8 && blocks <= 32) {
        byChannels = 8;
      } else {
        int64_t a = threads, b = blocks;
        while (b != 0) std::swap(a %= b, b);
        byChannels = a == blocks || a == threads ? 1 : a;
      }
    }
    images = std::clamp<int64_t>(threads / byChannels, 1, batch);
    pixels = std::clamp<int64_t>(threads / (byChannels * images), 1, size);
  }
  int64_t parts() const { return images * pixels; }
};

/** 1/√(σ² + ε) of each channel. */
std::vector<float> scalesOf(const float *variance, float epsilon, int64_t channels) {
  std::vector<float> scale(channels);
  for (int64_t c = 0; c < channels; c++) scale[c] = 1.0f / std::sqrt(variance[c] + epsilon);
  return scale;
}

/** The mean of every `stride`-th value, summed as TensorFlow's Mean does it: four sums from 16 values on. */
float meanOf(const float *values, int64_t count, int64_t stride) {
  int64_t i = 0;
  float sum = 0;
  if (count >= 16) {
    float sums[4] = {};
    for (; i + 4 <= count; i += 4)
      for (int k = 0; k < 4; k++) sums[k] += values[(i + k) * stride];
    sum = sums[0] + sums[1] + sums[2] + sums[3];
  }
  for (; i < count; i++) sum += values[i * stride];
  return sum / float(count);
}

/**
 * Inputs and outputs of BatchNorm and of its gradient: so many `images` [n, h, w, c], or rows [n, c] as images of one
 * pixel, then one number for each channel; of the outputs the first are images.
 */
struct Normalisation {
  bool rows;
  int64_t batch, height, width, channels;
  float *in[5], *out[5];
  Normalisation(int images, int outputs, Call &call) {
    TF_Tensor *tensors[5];
    for (int i = 0; i < 5; i++) tensors[i] = call.input(i);
    if (!call.good()) return;
    const auto shape = shapeOf(tensors[images - 1]);
    call.require(shape.size() == 2 || shape.size() == 4, "expected images or rows");
    if (!call.good()) return;
    rows = shape.size() == 2;
    batch = shape[0];
    height = rows ? 1 : shape[1];
    width = rows ? 1 : shape[2];
    channels = shape.back();
    call.require(batch > 0 && height > 0 && width > 0 && channels > 0 && channels % 16 == 0,
                 "expected a multiple of 16 channels");
    const int64_t count = batch * height * width * channels;
    for (int i = 0; i < 5; i++) {
      const bool image = i < images;
      call.require(TF_TensorElementCount(tensors[i]) == (image ? count : channels),
                   image ? "expected a gradient of x's size" : "expected one number for each channel");
      in[i] = floats(tensors[i]);
    }
    for (int i = 0; i < outputs && call.good(); i++) {
      TF_Tensor *const made = call.output(i, TF_FLOAT, i == 0 ? shape : std::vector<int64_t>{channels});
      if (call.good()) out[i] = floats(made);
    }
  }
};

/**
 * BatchNorm of σ(x) or x by the batch's own statistics, which join from those of each column of the images, and the
 * moving statistics after the step.
 */
void batchNorm(const Attributes &a, Call &call) {
  const Normalisation e(1, 5, call);
  if (!call.good()) return;
  const float *const x = e.in[0], *const gamma = e.in[1], *const beta = e.in[2];
  const int64_t channels = e.channels, row = e.width * channels;

  const Split split(e.batch, e.height, row);
  const int64_t parts = split.parts(), threads = threadCount();
  const float count = float(e.batch * e.height);
  // More tasks than parts, so that a helper that wakes late leaves less to wait for.
  const int64_t strips = threads == 1 ? 1 : 2, vectors = row / 16;
  std::vector<float> sums(parts * row), means(row), variances(row);
  const auto statistics = [&](bool squares, std::vector<float> &result) {
    std::fill(sums.begin(), sums.end(), 0);
    Helpers::run(parts * strips, e.batch * e.height * row, [&](int64_t task) {
      const int64_t part = task / strips, strip = task % strips;
      const int64_t from = vectors * strip / strips * 16, to = vectors * (strip + 1) / strips * 16;
      const auto images = partOf(e.batch, split.images, part / split.pixels);
      const auto rows = partOf(e.height, split.pixels, part % split.pixels);
      float *const own = sums.data() + part * row;
      const auto add = [&](int64_t first, int64_t count) {
        loops->addRows(a.relu, squares, x + first * row, count, row, means.data(), own, from, to);
      };
      if (split.pixels == 1) return add(images.first * e.height, (images.second - images.first) * e.height);
      for (int64_t n = images.first; n < images.second; n++)
        add(n * e.height + rows.first, rows.second - rows.first);
    });
    for (int64_t j = 0; j < row; j++) {
      float sum = sums[j];
      for (int64_t part = 1; part < parts; part++) sum += sums[part * row + j];
      result[j] = sum / count;
    }
  };
  statistics(false, means);
  statistics(true, variances);

  float *const y = e.out[0], *const mean = e.out[1], *const variance = e.out[2];
  const auto average = [&](const std::vector<float> &values, float *result) {
    for (int64_t c = 0; c < channels; c++) result[c] = meanOf(values.data() + c, e.width, channels);
  };
  average(means, mean);
  // Rows have nothing to join; an infinite mean less itself would be no number.
  for (int64_t j = 0; j < row && !e.rows; j++) {
    const float apart = means[j] - mean[j % channels];
    variances[j] = variances[j] + apart * apart;
  }
  average(variances, variance);
  for (int i = 3; i < 5; i++)
    for (int64_t c = 0; c < channels; c++) e.out[i][c] = e.in[i][c] * a.kept + e.out[i - 2][c] * a.added;
  const auto scale = scalesOf(variance, a.epsilon, channels);
  const Normal n = {mean, scale.data(), gamma, beta};
  inParts(e.batch * e.height * e.width, 32, channels, [&](int64_t from, int64_t to) {
    loops->normalise(a.relu, n, x, y, channels, from, to);
  });
}

/** The gradients of BatchNorm's input (of x, where it normalises σ(x)), scale and shift. */
void batchNormGradient(const Attributes &a, Call &call) {
  const Normalisation e(2, 3, call);
  if (!call.good()) return;
  const float *const g = e.in[0], *const x = e.in[1], *const gamma = e.in[2], *const mean = e.in[3];
  const float *const variance = e.in[4];
  float *const dx = e.out[0], *const dGamma = e.out[1], *const dBeta = e.out[2];
  const int64_t channels = e.channels, pixels = e.height * e.width;

  const auto scale = scalesOf(variance, a.epsilon, channels);
  const Split split(e.batch, pixels, channels);
  const int64_t parts = split.parts(), narrow = channels % 64 == 0 ? 64 : channels % 32 == 0 ? 32 : 16;
  const int64_t strip = pixels == 1 ? channels : narrow;
  std::vector<float> gammas(parts * channels), betas(parts * channels);
  Helpers::run(parts * (channels / strip), e.batch * pixels * channels, [&](int64_t task) {
    const int64_t part = task % parts, c = task / parts * strip;
    const auto images = partOf(e.batch, split.images, part / split.pixels);
    const auto inside = partOf(pixels, split.pixels, part % split.pixels);
    const int64_t image = pixels * channels, at = images.first * image + inside.first * channels + c;
    loops->sumGradients(a.relu, {mean + c, scale.data() + c}, g + at, x + at, channels, inside.second - inside.first,
                        image, images.second - images.first, strip, &gammas[part * channels + c],
                        &betas[part * channels + c]);
  });
  for (int64_t c = 0; c < channels; c++) {
    dGamma[c] = gammas[c];
    dBeta[c] = betas[c];
    for (int64_t part = 1; part < parts; part++) {
      dGamma[c] += gammas[part * channels + c];
      dBeta[c] += betas[part * channels + c];
    }
  }
  std::vector<float> slope(channels), shift(channels);
  const float count = float(e.batch * pixels);
  for (int64_t c = 0; c < channels; c++) {
    slope[c] = dGamma[c] * scale[c] / count;
    shift[c] = dBeta[c] / count;
  }
  const NormalGradient n = {mean, scale.data(), gamma, slope.data(), shift.data()};
  inParts(e.batch * pixels, 32, channels, [&](int64_t from, int64_t to) {
    loops->inputGradient(a.relu, n, g, x, dx, channels, from, to);
  });
}

/**
 * One step of RAdam for all variables. The moments are written in place: their tensors belong to the optimizer alone.
 * Settings: rate, β₁, β₂, ε, decay, 1 where it is decoupled.
 */
void radam(const Attributes &, Call &call) {
  const int count = (call.inputs() - 1) / 4;
  std::vector<TF_Tensor *> in(4 * count + 1), out(count);
  for (size_t i = 0; i < in.size(); i++) in[i] = call.input(int(i));
  if (!call.good()) return;
  call.require(TF_TensorElementCount(in.back()) == 6, "expected six settings");
  for (int i = 0; i < count; i++)
    for (int k = 1; k < 4; k++)
      call.require(TF_TensorElementCount(in[k * count + i]) == TF_TensorElementCount(in[i]),
                   "expected gradients and moments of the variables' sizes");
  if (!call.good()) return;
  for (int i = 0; i < count && call.good(); i++) out[i] = call.output(i, TF_FLOAT, shapeOf(in[i]));
  if (!call.good()) return;
  const float *const s = floats(in.back());
  const RadamStep step = {s[0], s[1], s[2], s[3], s[4], s[5] != 0};
  const int64_t most = 1 << 16;
  struct Chunk {
    int variable;
    int64_t from, count;
  };
  std::vector<Chunk> chunks;
  int64_t all = 0;
  for (int i = 0; i < count; i++) {
    const int64_t size = TF_TensorElementCount(in[i]);
    all += size;
    for (int64_t from = 0; from < size; from += most) chunks.push_back({i, from, std::min(most, size - from)});
  }
  Helpers::run(int64_t(chunks.size()), all, [&](int64_t task) {
    const auto [i, from, size] = chunks[task];
    const auto at = [&](TF_Tensor *tensor) { return floats(tensor) + from; };
    loops->radam(step, at(in[i]), at(in[count + i]), at(in[2 * count + i]), at(in[3 * count + i]), at(out[i]), size);
  });
}

const Operation OPERATIONS[] = {
    {"IntrinsicDropout",
     {"below: float", "scale: float", "rectifies: bool", "pools: bool"},
     {"x: float", "seeds: int64"},
     {"y: float", "mask: int8"},
     dropout},
    {"IntrinsicDropoutGrad", {"scale: float", "pools: bool"}, {"g: float", "mask: int8"}, {"dx: float"}, dropoutGradient},
    {"IntrinsicBatchNorm",
     {"epsilon: float", "kept: float", "added: float", "relu: bool"},
     {"x: float", "gamma: float", "beta: float", "moving_mean: float", "moving_variance: float"},
     {"y: float", "mean: float", "variance: float", "moved_mean: float", "moved_variance: float"},
     batchNorm},
    {"IntrinsicBatchNormGrad",
     {"epsilon: float", "relu: bool"},
     {"g: float", "x: float", "gamma: float", "mean: float", "variance: float"},
     {"dx: float", "d_gamma: float", "d_beta: float"},
     batchNormGradient},
    {"IntrinsicRadam",
     {"N: int >= 1"},
     {"theta: N * float", "gradient: N * float", "m: N * float", "v: N * float", "settings: float"},
     {"next: N * float"},
     radam},
};
enum { COUNT = sizeof OPERATIONS / sizeof *OPERATIONS };

/** An operation with its attributes, as TensorFlow keeps it from call to call. */
struct Prepared {
  const Operation *operation;
  Attributes attributes;
};

template <int INDEX> void *create(TF_OpKernelConstruction *construction) {
  auto *const prepared = new Prepared{&OPERATIONS[INDEX], {}};
  Attributes &a = prepared->attributes;
  const std::pair<const char *, float *> numbers[] = {
      {"below", &a.below}, {"scale", &a.scale}, {"epsilon", &a.epsilon}, {"kept", &a.kept}, {"added", &a.added}};
  const std::pair<const char *, bool *> flags[] = {
      {"rectifies", &a.rectifies}, {"pools", &a.pools}, {"relu", &a.relu}};
  TF_Status *const status = TF_NewStatus();
  const auto named = [](const char *text, const char *name) {
    const size_t size = std::strlen(name);
    return std::strncmp(text, name, size) == 0 && text[size] == ':';
  };
  for (const char *text : OPERATIONS[INDEX].attributes) {
    for (const auto &[name, value] : numbers)
      if (named(text, name)) TF_OpKernelConstruction_GetAttrFloat(construction, name, value, status);
    for (const auto &[name, value] : flags) {
      unsigned char flag = 0;
      if (!named(text, name)) continue;
      TF_OpKernelConstruction_GetAttrBool(construction, name, &flag, status);
      *value = flag != 0;
    }
  }
  TF_DeleteStatus(status);
  return prepared;
}
void compute(void *prepared, TF_OpKernelContext *context) {
  const auto *const own = static_cast<Prepared *>(prepared);
  Call call(context);
  own->operation->compute(own->attributes, call);
}
void destroy(void *prepared) { delete static_cast<Prepared *>(prepared); }

template <int INDEX> bool registered() {
  const Operation &operation = OPERATIONS[INDEX];
  TF_Status *const status = TF_NewStatus();
  TF_OpDefinitionBuilder *const builder = TF_NewOpDefinitionBuilder(operation.name);
  for (const char *text : operation.attributes) TF_OpDefinitionBuilderAddAttr(builder, text);
  for (const char *text : operation.inputs) TF_OpDefinitionBuilderAddInput(builder, text);
  for (const char *text : operation.outputs) TF_OpDefinitionBuilderAddOutput(builder, text);
  TF_OpDefinitionBuilderSetIsStateful(builder, true);
  TF_RegisterOpDefinition(builder, status);
  TF_RegisterKernelBuilder(operation.name, TF_NewKernelBuilder(operation.name, "CPU", create<INDEX>, compute, destroy),
                           status);
  const bool good = TF_GetCode(status) == TF_OK;
  TF_DeleteStatus(status);
  return good;
}

template <int... INDEX> void registerAll(std::integer_sequence<int, INDEX...>) { (registered<INDEX>(), ...); }
const bool begun = [] {
  if (loops) registerAll(std::make_integer_sequence<int, COUNT>());
  return true;
}();

}  // namespace
