/* limits.c: what the machine gives for the reads and writes of some rows of the tables, with nothing else done.
 *
 * bench/peers/reasons.py names these figures where ndview misses a goal. Each loop loads a word of every
 * cache line that its row reads, and stores what its row writes; nothing is converted, turned or picked.
 * In turns with it memcpy of as many bytes as the table takes for its row, or memset. Printed are medians:
 * GB/s of the bytes that count in the row, and the ratio.
 */
#define _GNU_SOURCE /* madvise */

#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <time.h>
#if defined __SSE2__
#include <emmintrin.h>
#endif

enum { LINE = 64, ROUNDS = 15 };
static const size_t KIB = 1024, MIB = 1024 * 1024, LARGE_PAGE = 2048 * 1024;

static char *from, *to;
static volatile uint64_t sink;

/* Memory in large pages, touched. */
static char *memory(size_t nbytes) {
    char *raw = mmap(NULL, nbytes + LARGE_PAGE, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    if (raw == MAP_FAILED) {
        perror("limits");
        exit(EXIT_FAILURE);
    }
    char *start = raw + (LARGE_PAGE - (uintptr_t)raw % LARGE_PAGE) % LARGE_PAGE;
#ifdef MADV_HUGEPAGE
    (void)madvise(start, nbytes, MADV_HUGEPAGE);
#endif
    return memset(start, 1, nbytes);
}

static double now(void) {
    struct timespec t;
    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &t);
    return (double)t.tv_sec + 1e-9 * (double)t.tv_nsec;
}

static uint64_t word(const char *at) {
    uint64_t x;
    memcpy(&x, at, sizeof x);
    return x;
}

static void store_line(char *at, int past_caches) {
#if defined __SSE2__
    const __m128i ones = _mm_set1_epi8(1);
    for (int i = 0; i < LINE; i += 16)
        if (past_caches) _mm_stream_si128((__m128i *)(void *)(at + i), ones);
        else _mm_store_si128((__m128i *)(void *)(at + i), ones);
#else
    (void)past_caches;
    memset(at, 1, LINE);
#endif
}

/* A row of a table: what it reads and writes, in bytes. */
typedef struct {
    const char *name;
    size_t loaded; /* all lines of so many bytes are loaded, a word of each */
    size_t stored; /* and so many bytes stored */
    size_t counts; /* bytes that the table counts */
    void (*run)(size_t loaded, size_t stored);
    int of_memset; /* the table compares with memset of all bytes, not memcpy of half as many */
} limit;

/* IN lines loaded, then OUT lines stored, and so on. */
#define FLOW(name, IN, OUT, PAST_CACHES)                                                             \
    static void name(size_t loaded, size_t stored) {                                                 \
        const char *source = from;                                                                   \
        uint64_t sum = 0;                                                                            \
        (void)loaded;                                                                                \
        for (char *target = to; target < to + stored; target += (OUT) * LINE, source += (IN) * LINE) { \
            for (int i = 0; i < (IN); i++) sum += word(source + i * LINE);                           \
            for (int i = 0; i < (OUT); i++) store_line(target + i * LINE, PAST_CACHES);              \
        }                                                                                            \
        sink = sum;                                                                                  \
    }
FLOW(eight_to_one, 8, 1, 0)
FLOW(four_to_one, 4, 1, 0)
FLOW(four_past_caches, 4, 1, 1)
FLOW(three_past_caches, 3, 1, 1)
FLOW(two_to_one, 2, 1, 0)
FLOW(two_past_caches, 2, 1, 1)
FLOW(one_past_caches, 1, 1, 1)

static void loads(size_t loaded, size_t stored) {
    uint64_t sum = 0;
    (void)stored;
    for (size_t i = 0; i < loaded; i += 4 * LINE)
        sum += word(from + i) + word(from + i + LINE) + word(from + i + 2 * LINE) + word(from + i + 3 * LINE);
    sink = sum;
}

/* One store for each second float, or each third; of the former a load of each line of the source. */
static void set_floats(char *at) {
    for (int i = 0; i < 8; i++) *(volatile float *)(void *)(at + 8 * i) = 1;
}
static void every_second(size_t loaded, size_t stored) {
    uint64_t sum = 0;
    for (size_t i = 0; i < stored; i += 2 * LINE) {
        set_floats(to + i);
        set_floats(to + i + LINE);
        if (loaded) sum += word(from + i / 2);
    }
    sink = sum;
}
static void every_third(size_t loaded, size_t stored) {
    (void)loaded;
    for (size_t i = 0; i + 24 < stored; i += 24) {
        *(volatile float *)(void *)(to + i) = 1;
        *(volatile float *)(void *)(to + i + 12) = 1;
    }
}

/* Lines that lie PITCH bytes apart: BYTES of each are loaded, of one after another, then the next of each,
 * until the lines end; and so stored. */
#define COLUMNS(name, PITCH, BYTES, PAST_CACHES)                                                     \
    static void name(size_t loaded, size_t stored) {                                                 \
        uint64_t sum = 0;                                                                            \
        for (size_t column = 0; column < (PITCH); column += (BYTES))                                 \
            for (size_t line = 0; line < loaded; line += (PITCH))                                    \
                for (int i = 0; i < (BYTES); i += 32) sum += word(from + line + column + i);         \
        for (size_t column = 0; column < (PITCH); column += (BYTES))                                 \
            for (size_t line = 0; line < stored; line += (PITCH))                                    \
                for (int i = 0; i < (BYTES); i += LINE)                                              \
                    store_line(to + line + column + i, PAST_CACHES);                                 \
        sink = sum;                                                                                  \
    }
COLUMNS(by_one_line_of_4k, 4096, LINE, 0)
COLUMNS(by_four_lines_of_4k, 4096, 4 * LINE, 0)
COLUMNS(by_one_line_of_8k, 8192, LINE, 0)
COLUMNS(by_four_lines_of_8k, 8192, 4 * LINE, 0)
COLUMNS(by_four_lines_of_1m, 1 << 20, 4 * LINE, 1)

/* Attention heads (4, 64, 16, 16) of float32, (0, 2, 1, 3): lines of 64 bytes, in the order of the target. */
static void heads(size_t loaded, size_t stored) {
    char *target = to;
    (void)loaded, (void)stored;
    for (int batch = 0; batch < 4; batch++)
        for (int head = 0; head < 16; head++)
            for (int place = 0; place < 64; place++, target += LINE)
                memcpy(target, from + ((batch * 64 + place) * 16 + head) * LINE, LINE);
}

/* Rows of 4000 bytes, each for itself. */
static void copies(size_t loaded, size_t stored) {
    for (size_t i = 0; i + loaded <= stored; i += loaded) memcpy(to + i, from, loaded);
}
static void fills(size_t loaded, size_t stored) {
    (void)loaded;
    for (size_t i = 0; i + 4000 <= stored; i += 4000) memset(to + i, (int)i, 4000);
}

static int ascending(const void *a, const void *b) {
    const double x = *(const double *)a, y = *(const double *)b;
    return (x > y) - (x < y);
}

static void measure(const limit *it) {
    double ratios[ROUNDS], seconds[ROUNDS];
    const size_t compared = it->of_memset ? it->counts : it->counts / 2;
    const int repeats = (int)(64 * MIB / (it->loaded + it->stored + compared)) + 1;
    for (int round = -1; round < ROUNDS; round++) { /* the first is not counted */
        const double start = now();
        for (int i = 0; i < repeats; i++)
            if (it->of_memset) memset(to, i, compared);
            else memcpy(to, from, compared);
        const double between = now();
        for (int i = 0; i < repeats; i++) it->run(it->loaded, it->stored);
        const double end = now();
        if (round < 0) continue;
        seconds[round] = (end - between) / repeats;
        ratios[round] = (between - start) / (end - between);
    }
    qsort(ratios, ROUNDS, sizeof *ratios, ascending);
    qsort(seconds, ROUNDS, sizeof *seconds, ascending);
    printf("%-58s %6.1f GB/s  %5.2f of %s\n", it->name, (double)it->counts / seconds[ROUNDS / 2] / 1e9,
           ratios[ROUNDS / 2], it->of_memset ? "memset" : "memcpy");
}

int main(void) {
    const limit limits[] = {
        {"f32>u8 a[::2], 16 MiB", 16 * MIB, 2 * MIB, 10 * MIB, eight_to_one, 0},
        {"f32>f16, f32>bf16 a[::2], 16 MiB", 16 * MIB, 4 * MIB, 12 * MIB, four_to_one, 0},
        {"f64>f32, i64>i32 a[::2], 32 MiB", 32 * MIB, 8 * MIB, 24 * MIB, four_to_one, 0},
        {"  past the caches", 32 * MIB, 8 * MIB, 24 * MIB, four_past_caches, 0},
        {"f64>i64, i64>f64 a[::2], 32 MiB", 32 * MIB, 16 * MIB, 32 * MIB, two_to_one, 0},
        {"  past the caches", 32 * MIB, 16 * MIB, 32 * MIB, two_past_caches, 0},
        {"f32 a[::2], 16 MiB to 8", 16 * MIB, 8 * MIB, 16 * MIB, two_to_one, 0},
        {"f32 a[:, ::3] of 4096x4096: only the loads", 64 * MIB, 0, 44 * MIB, loads, 0},
        {"  and stores past the caches", 66 * MIB, 22 * MIB, 44 * MIB, three_past_caches, 0},
        {"u8 a[:, ::3] of 4096x4096: only the loads", 16 * MIB, 0, 11 * MIB, loads, 0},
        {"f32 (1000000, 16)[:, 3:7]: only the loads", 64 * MIB, 0, 32 * MIB, loads, 0},
        {"  and stores past the caches", 64 * MIB, 16 * MIB, 32 * MIB, four_past_caches, 0},
        {"f32 b[::2] = a of 64 MiB: one store each", 32 * MIB, 64 * MIB, 64 * MIB, every_second, 0},
        {"f32 b[::2] = a of 256 KiB: only the stores", 0, 256 * KIB, 256 * KIB, every_second, 0},
        {"f32 a[3::3] = a[:-3:3] of 256 KiB: only the stores", 0, 256 * KIB, 512 * KIB / 3, every_third, 0},
        {"f32 1024x1024: one cache line of each line in turn", 4 * MIB, 4 * MIB, 8 * MIB, by_one_line_of_4k, 0},
        {"  four of each", 4 * MIB, 4 * MIB, 8 * MIB, by_four_lines_of_4k, 0},
        {"f64 1024x1024: one cache line of each line in turn", 8 * MIB, 8 * MIB, 16 * MIB, by_one_line_of_8k, 0},
        {"  four of each", 8 * MIB, 8 * MIB, 16 * MIB, by_four_lines_of_8k, 0},
        {"reversal f32 64x64x64x64: 256 bytes of each line in turn", 64 * MIB, 64 * MIB, 128 * MIB, by_four_lines_of_1m, 0},
        {"f32 3x1000000: loads, and stores past the caches", 12 * MIB, 12 * MIB, 24 * MIB, one_past_caches, 0},
        {"heads f32 4x64x16x16: lines in the target's order", 256 * KIB, 256 * KIB, 512 * KIB, heads, 0},
        {"row over 64x1000 f32: each copied", 4000, 256000, 256000, copies, 1},
        {"column over 64x1000 f32: each by memset", 0, 256000, 256000, fills, 1},
    };
    from = memory(66 * MIB);
    to = memory(66 * MIB);
    for (size_t i = 0; i < sizeof limits / sizeof *limits; i++) measure(&limits[i]);
    return 0;
}
