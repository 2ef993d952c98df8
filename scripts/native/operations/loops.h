// The operations' loops, in vectors of LANES numbers. Included once for each kind of processor, into a namespace of its
// own: no include guard. Each operation rounds once, as in TensorFlow's operations; `fma` stands only where oneDNN has
// one, so that every path gives the same bits.

typedef float F __attribute__((vector_size(LANES * 4)));
typedef int I __attribute__((vector_size(LANES * 4)));
typedef signed char B __attribute__((vector_size(LANES)));
typedef unsigned long long U __attribute__((vector_size(LANES * 4)));

static inline F load(const float *from) {
  F value;
  __builtin_memcpy(&value, from, sizeof value);
  return value;
}
/**
 * Asks for memory that comes later: the processor itself does not look beyond a page of 4 kB. A loop takes half the time
 * where what it reads, and what it writes to, is not in the first two caches.
 */
static inline void ahead(const float *from) { __builtin_prefetch(from + 1024); }
static inline void aheadToWrite(float *to) { __builtin_prefetch(to + 1024, 1); }
static inline void store(float *to, F value) { __builtin_memcpy(to, &value, sizeof value); }
static inline I loadBytes(const int8_t *from) {
  B value;
  __builtin_memcpy(&value, from, sizeof value);
  return __builtin_convertvector(value, I);
}
static inline void storeBytes(int8_t *to, I value) {
  const B bytes = __builtin_convertvector(value, B);
  __builtin_memcpy(to, &bytes, sizeof bytes);
}
static inline F all(float value) { return value - F{}; }
static inline F select(I where, F yes, F no) { return where ? yes : no; }

#if LANES == 16
static inline F squareRoot(F x) { return _mm512_sqrt_ps(x); }
static inline F fma(F a, F b, F c) { return _mm512_fmadd_ps(a, b, c); }
static inline U lowProduct(U a, U b) { return (U)_mm512_mul_epu32((__m512i)a, (__m512i)b); }
#else
static inline F squareRoot(F x) { return _mm256_sqrt_ps(x); }
static inline F fma(F a, F b, F c) { return _mm256_fmadd_ps(a, b, c); }
static inline U lowProduct(U a, U b) { return (U)_mm256_mul_epu32((__m256i)a, (__m256i)b); }
#endif

/** As TensorFlow's Relu: −0 and what is no number stay. */
template <bool RELU> static inline F rectified(F x) { return RELU ? select(x < F{}, F{}, x) : x; }

// ---- RAdam

static void radam(const RadamStep &s, const float *theta, const float *gradient, float *m, float *v, float *out,
                  int64_t count) {
  const float rest1 = 1 - s.beta1, rest2 = 1 - s.beta2;
  int64_t i = 0;
  for (; i + LANES <= count; i += LANES) {
    ahead(theta + i), ahead(gradient + i), ahead(m + i), ahead(v + i), aheadToWrite(out + i);
    F start = load(theta + i), g = load(gradient + i), mean = load(m + i), square = load(v + i);
    if (s.decoupled) start = start * s.decay;
    else if (s.decay != 0) g = g + start * s.decay;
    mean = mean + (g - mean) * rest1;
    square = square + (g * g - square) * rest2;
    store(m + i, mean);
    store(v + i, square);
    store(out + i, start - (mean * s.rate) / (squareRoot(square) + s.epsilon));
  }
  for (; i < count; i++) {
    float start = theta[i], g = gradient[i];
    if (s.decoupled) start = start * s.decay;
    else if (s.decay != 0) g = g + start * s.decay;
    m[i] = m[i] + (g - m[i]) * rest1;
    v[i] = v[i] + (g * g - v[i]) * rest2;
    out[i] = start - (m[i] * s.rate) / (__builtin_sqrtf(v[i]) + s.epsilon);
  }
}

// ---- drop-out

/** Philox4x32-10 of LANES / 2 counters that begin with `block`: 2 · LANES random words, in order. */
static inline void philox(const PhiloxKey &key, uint64_t block, uint32_t *out) {
#if LANES == 16
  const U lanes = {0, 1, 2, 3, 4, 5, 6, 7};
  const U first = {0, 8, 1, 9, 2, 10, 3, 11}, second = {4, 12, 5, 13, 6, 14, 7, 15};
#else
  const U lanes = {0, 1, 2, 3};
  const U first = {0, 4, 1, 5}, second = {2, 6, 3, 7};
#endif
  const U mulA = 0xD2511F53ull - U{}, mulB = 0xCD9E8D57ull - U{};
  U c0 = block + lanes, c1 = c0 >> 32, c2 = key.counter[0] - U{}, c3 = key.counter[1] - U{};
  uint32_t k0 = key.key[0], k1 = key.key[1];
  // The upper half of each lane is never read.
  for (int round = 0; round < 10; round++) {
    const U a = lowProduct(c0, mulA), b = lowProduct(c2, mulB);
    c0 = (b >> 32) ^ c1 ^ k0;
    c2 = (a >> 32) ^ c3 ^ k1;
    c1 = b;
    c3 = a;
    k0 += 0x9E3779B9u;
    k1 += 0xBB67AE85u;
  }
  const U low = 0xffffffffull - U{};
  const U p = (c0 & low) | (c1 << 32), q = (c2 & low) | (c3 << 32);
  const U one = __builtin_shuffle(p, q, first), two = __builtin_shuffle(p, q, second);
  __builtin_memcpy(out, &one, sizeof one);
  __builtin_memcpy(out + LANES, &two, sizeof two);
}

/** Where a value is kept: its random number in [0, 1), made of 23 bits, is above `below`. */
static inline I kept(const uint32_t *words, float below) {
  I bits;
  __builtin_memcpy(&bits, words, sizeof bits);
  const F drawn = (F)((bits & 0x7fffff) | 0x3f800000) - 1.0f;
  return drawn > below;
}

/** Random words in blocks, for values that are asked for one vector after another. */
struct Words {
  enum { COUNT = 8 * LANES };
  const PhiloxKey &key;
  uint64_t at;
  uint32_t words[COUNT] __attribute__((aligned(64)));
  Words(const PhiloxKey &key, uint64_t from) : key(key), at(from) {}
  inline const uint32_t *next() {
    const int inside = at % COUNT;
    if (inside == 0) fill(at);
    at += LANES;
    return words + inside;
  }
  inline void fill(uint64_t from) {
    for (int i = 0; i < COUNT; i += 2 * LANES) philox(key, (from + i) / 4, words + i);
  }
};

/** y = x · factor for values from … to; `from` is a multiple of 8 · LANES. */
static void dropout(const Dropout &d, const float *x, float *y, int8_t *mask, int64_t from, int64_t to) {
  Words words(d.key, from);
  int64_t i = from;
  for (; i + LANES <= to; i += LANES) {
    const F value = load(x + i);
    I keep = kept(words.next(), d.below);
    if (d.rectifies) keep &= value > F{};
    store(y + i, value * select(keep, all(d.scale), F{}));
    storeBytes(mask + i, keep);
  }
  if (i >= to) return;
  float rest[LANES] = {}, scaled[LANES];
  int8_t bytes[LANES];
  for (int64_t k = i; k < to; k++) rest[k - i] = x[k];
  const F value = load(rest);
  I keep = kept(words.next(), d.below);
  if (d.rectifies) keep &= value > F{};
  store(scaled, value * select(keep, all(d.scale), F{}));
  storeBytes(bytes, keep);
  for (int64_t k = i; k < to; k++) y[k] = scaled[k - i], mask[k] = bytes[k - i];
}

static void dropoutGradient(float scale, const float *g, const int8_t *mask, float *dx, int64_t from, int64_t to) {
  int64_t i = from;
  for (; i + LANES <= to; i += LANES)
    store(dx + i, load(g + i) * select(loadBytes(mask + i) != 0, all(scale), F{}));
  for (; i < to; i++) dx[i] = g[i] * (mask[i] ? scale : 0);
}

/**
 * The maxima of 2 × 2 values of pooled rows from … to, each row `width` pixels of `channels`; then drop-out. The mask says
 * where each maximum was, and below 0 that it is not kept.
 */
const int DROPPED = -4;
static void poolDropout(const Dropout &d, const float *x, float *y, int8_t *mask, int64_t width, int64_t channels,
                        int64_t from, int64_t to) {
  const int64_t row = width * channels;
  Words words(d.key, from * row / Words::COUNT * Words::COUNT);
  if (words.at != uint64_t(from * row)) {
    words.fill(words.at);
    words.at = from * row;
  }
  for (int64_t r = from; r < to; r++) {
    const float *upper = x + r * 4 * row, *lower = upper + 2 * row;
    for (int64_t p = 0; p < width; p++) {
      for (int64_t c = 0; c < channels; c += LANES) {
        const int64_t in = 2 * p * channels + c, out = r * row + p * channels + c;
        F most = all(-__FLT_MAX__);
        I where = {};
        const float *values[] = {upper + in, upper + in + channels, lower + in, lower + in + channels};
        for (int k = 0; k < 4; k++) {
          ahead(values[k]);
          const F value = load(values[k]);
          const I larger = most < value;
          most = select(larger, value, most);
          where = larger ? I{} + k : where;
        }
        I keep = kept(words.next(), d.below);
        if (d.rectifies) keep &= most > F{};
        store(y + out, most * select(keep, all(d.scale), F{}));
        storeBytes(mask + out, keep ? where : where + DROPPED);
      }
    }
  }
}

static void poolDropoutGradient(float scale, const float *g, const int8_t *mask, float *dx, int64_t width,
                                int64_t channels, int64_t from, int64_t to) {
  const int64_t row = width * channels;
  for (int64_t r = from; r < to; r++) {
    float *upper = dx + r * 4 * row, *lower = upper + 2 * row;
    for (int64_t p = 0; p < width; p++) {
      for (int64_t c = 0; c < channels; c += LANES) {
        const int64_t in = r * row + p * channels + c, out = 2 * p * channels + c;
        const I marks = loadBytes(mask + in), where = marks & 3;
        // What is dropped goes back as its product with 0, which is NaN where it is not finite. oneDNN adds to 0, which
        // makes 0 of −0.
        const F value = load(g + in) * select(marks < 0, F{}, all(scale)) + 0.0f;
        aheadToWrite(upper + out), aheadToWrite(upper + out + channels);
        aheadToWrite(lower + out), aheadToWrite(lower + out + channels);
        store(upper + out, select(where == 0, value, F{}));
        store(upper + out + channels, select(where == 1, value, F{}));
        store(lower + out, select(where == 2, value, F{}));
        store(lower + out + channels, select(where == 3, value, F{}));
      }
    }
  }
}

// ---- BatchNorm

/** sums[j] += Σ σ(x), row after row; or, with the columns' means, Σ (σ(x) − μ)². Columns from … to of `rows` rows. */
template <bool RELU, bool SQUARES>
static void addRows(const float *x, int64_t rows, int64_t row, const float *means, float *sums, int64_t from,
                    int64_t to) {
  const auto add = [](F sum, const float *at, F mean) {
    ahead(at);
    const F value = rectified<RELU>(load(at));
    if (!SQUARES) return sum + value;
    const F apart = value - mean;
    return fma(apart, apart, sum);
  };
  int64_t r = 0;
  for (; r + 4 <= rows; r += 4, x += 4 * row) {
    for (int64_t j = from; j < to; j += LANES) {
      const F mean = SQUARES ? load(means + j) : F{};
      F sum = load(sums + j);
      for (int k = 0; k < 4; k++) sum = add(sum, x + k * row + j, mean);
      store(sums + j, sum);
    }
  }
  for (; r < rows; r++, x += row)
    for (int64_t j = from; j < to; j += LANES)
      store(sums + j, add(load(sums + j), x + j, SQUARES ? load(means + j) : F{}));
}

static void addRows(bool relu, bool squares, const float *x, int64_t rows, int64_t row, const float *means,
                    float *sums, int64_t from, int64_t to) {
  const auto loop = relu ? (squares ? addRows<true, true> : addRows<true, false>)
                         : (squares ? addRows<false, true> : addRows<false, false>);
  loop(x, rows, row, means, sums, from, to);
}

/**
 * Calls loop(c, VECTORS) for all channels, four vectors at once where as many are left, so that `loop` goes through
 * pixels with what belongs to its channels in registers.
 */
template <typename Loop> static inline void byChannels(int64_t channels, const Loop &loop) {
  int64_t c = 0;
  for (; c + 4 * LANES <= channels; c += 4 * LANES) loop(c, std::integral_constant<int, 4>());
  for (; c + 2 * LANES <= channels; c += 2 * LANES) loop(c, std::integral_constant<int, 2>());
  for (; c < channels; c += LANES) loop(c, std::integral_constant<int, 1>());
}

/** Calls loop(first, count) for pixels from … to, in blocks of 8 kB, which stay in the first cache. */
template <typename Loop>
static inline void byPixels(int64_t channels, int64_t from, int64_t to, const Loop &loop) {
  const int64_t block = channels < 2048 ? 2048 / channels : 1;
  for (; from < to; from += block) loop(from, from + block < to ? block : to - from);
}

template <bool RELU, int VECTORS>
static inline void normalise(const Normal &n, const float *x, float *y, int64_t channels, int64_t pixels) {
  F mean[VECTORS], scale[VECTORS], gamma[VECTORS], beta[VECTORS];
  for (int k = 0; k < VECTORS; k++) {
    mean[k] = load(n.mean + k * LANES), scale[k] = load(n.scale + k * LANES);
    gamma[k] = load(n.gamma + k * LANES), beta[k] = load(n.beta + k * LANES);
  }
  for (int64_t p = 0; p < pixels; p++, x += channels, y += channels)
    for (int k = 0; k < VECTORS; k++)
      ahead(x + k * LANES), aheadToWrite(y + k * LANES), store(y + k * LANES, fma((rectified<RELU>(load(x + k * LANES)) - mean[k]) * scale[k], gamma[k], beta[k]));
}

template <bool RELU>
static void normalise(const Normal &n, const float *x, float *y, int64_t channels, int64_t from, int64_t to) {
  byPixels(channels, from, to, [&](int64_t first, int64_t count) {
    byChannels(channels, [&](int64_t c, auto vectors) {
      const int64_t at = first * channels + c;
      normalise<RELU, vectors>({n.mean + c, n.scale + c, n.gamma + c, n.beta + c}, x + at, y + at, channels, count);
    });
  });
}

static void normalise(bool relu, const Normal &n, const float *x, float *y, int64_t channels, int64_t from,
                      int64_t to) {
  (relu ? normalise<true> : normalise<false>)(n, x, y, channels, from, to);
}

/** Σ (σ(x) − μ) g / √(σ² + ε) and Σ g over some pixels of each image, image after image. */
template <bool RELU, int VECTORS>
static inline void sumGradients(const Normal &n, const float *g, const float *x, int64_t channels, int64_t pixels,
                                int64_t image, int64_t images, float *gamma, float *beta) {
  F means[VECTORS], gammas[VECTORS], betas[VECTORS];
  for (int k = 0; k < VECTORS; k++) means[k] = load(n.mean + k * LANES), gammas[k] = F{}, betas[k] = F{};
  for (int64_t i = 0; i < images; i++) {
    const float *ownG = g + i * image, *ownX = x + i * image;
    F imageGammas[VECTORS] = {}, imageBetas[VECTORS] = {};
    for (int64_t p = 0; p < pixels; p++, ownG += channels, ownX += channels)
      for (int k = 0; k < VECTORS; k++) {
        ahead(ownG + k * LANES), ahead(ownX + k * LANES);
        const F value = load(ownG + k * LANES);
        imageBetas[k] = imageBetas[k] + value;
        imageGammas[k] = fma(rectified<RELU>(load(ownX + k * LANES)) - means[k], value, imageGammas[k]);
      }
    for (int k = 0; k < VECTORS; k++) {
      gammas[k] = imageGammas[k] * load(n.scale + k * LANES) + gammas[k];
      betas[k] = imageBetas[k] + betas[k];
    }
  }
  for (int k = 0; k < VECTORS; k++) store(gamma + k * LANES, gammas[k]), store(beta + k * LANES, betas[k]);
}

/** The same for a strip of channels; images of one pixel are rows, added to sums in memory. */
template <bool RELU>
static void sumStrip(const Normal &n, const float *g, const float *x, int64_t channels, int64_t pixels, int64_t image,
                     int64_t images, int64_t strip, float *gamma, float *beta) {
  if (pixels == 1) {
    for (int64_t i = 0; i < images; i++, g += image, x += image)
      for (int64_t c = 0; c < strip; c += LANES) {
        const F value = load(g + c);
        ahead(g + c), ahead(x + c);
        const F product = (rectified<RELU>(load(x + c)) - load(n.mean + c)) * value;
        store(gamma + c, product * load(n.scale + c) + load(gamma + c));
        store(beta + c, value + load(beta + c));
      }
    return;
  }
  byChannels(strip, [&](int64_t c, auto vectors) {
    sumGradients<RELU, vectors>({n.mean + c, n.scale + c}, g + c, x + c, channels, pixels, image, images, gamma + c,
                                beta + c);
  });
}

static void sumGradients(bool relu, const Normal &n, const float *g, const float *x, int64_t channels, int64_t pixels,
                         int64_t image, int64_t images, int64_t strip, float *gamma, float *beta) {
  (relu ? sumStrip<true> : sumStrip<false>)(n, g, x, channels, pixels, image, images, strip, gamma, beta);
}

template <bool RELU, int VECTORS>
static inline void inputGradient(const NormalGradient &n, const float *g, const float *x, float *dx, int64_t channels,
                                 int64_t pixels) {
  F mean[VECTORS], scale[VECTORS], gamma[VECTORS], slope[VECTORS], shift[VECTORS];
  for (int k = 0; k < VECTORS; k++) {
    mean[k] = load(n.mean + k * LANES), scale[k] = load(n.scale + k * LANES), gamma[k] = load(n.gamma + k * LANES);
    slope[k] = load(n.slope + k * LANES), shift[k] = load(n.shift + k * LANES);
  }
  for (int64_t p = 0; p < pixels; p++, g += channels, x += channels, dx += channels)
    for (int k = 0; k < VECTORS; k++) {
      ahead(x + k * LANES), ahead(g + k * LANES), aheadToWrite(dx + k * LANES);
      const F raw = load(x + k * LANES);
      const F apart = (load(g + k * LANES) - shift[k]) - (rectified<RELU>(raw) - mean[k]) * slope[k];
      const F value = apart * gamma[k] * scale[k];
      // A product, as in TensorFlow's ReluGrad: of a negative number and 0 it is −0.
      store(dx + k * LANES, RELU ? value * select(raw > F{}, all(1), F{}) : value);
    }
}

template <bool RELU>
static void inputGradient(const NormalGradient &n, const float *g, const float *x, float *dx, int64_t channels,
                          int64_t from, int64_t to) {
  byPixels(channels, from, to, [&](int64_t first, int64_t count) {
    byChannels(channels, [&](int64_t c, auto vectors) {
      const int64_t at = first * channels + c;
      const NormalGradient own = {n.mean + c, n.scale + c, n.gamma + c, n.slope + c, n.shift + c};
      inputGradient<RELU, vectors>(own, g + at, x + at, dx + at, channels, count);
    });
  });
}

static void inputGradient(bool relu, const NormalGradient &n, const float *g, const float *x, float *dx,
                          int64_t channels, int64_t from, int64_t to) {
  (relu ? inputGradient<true> : inputGradient<false>)(n, g, x, dx, channels, from, to);
}

static const Loops LOOPS = {LANES,           radam,     dropout,   dropoutGradient, poolDropout,
                            poolDropoutGradient, addRows, normalise, sumGradients,    inputGradient};
