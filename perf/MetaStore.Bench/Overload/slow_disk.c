/* Makes the disk of one process slow: a sync takes the time that a disk of METABENCH_DISK_BYTES_PER_SECOND needs for what was written since the last one.
   Zeros, with which a member fills the next segment of its log in advance, do not count: otherwise a start would take minutes. */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <time.h>
#include <unistd.h>

static ssize_t (*real_pwrite)(int, const void *, size_t, off64_t);
static int (*real_fdatasync)(int);
static double bytes_per_second;
static atomic_long written;
static pthread_mutex_t device = PTHREAD_MUTEX_INITIALIZER;
static double idle_at;

__attribute__((constructor)) static void begin(void)
{
    real_pwrite = dlsym(RTLD_NEXT, "pwrite64");
    real_fdatasync = dlsym(RTLD_NEXT, "fdatasync");
    const char *rate = getenv("METABENCH_DISK_BYTES_PER_SECOND");
    bytes_per_second = rate ? atof(rate) : 0;
}

static double now(void)
{
    struct timespec at;
    clock_gettime(CLOCK_MONOTONIC, &at);
    return at.tv_sec + at.tv_nsec / 1e9;
}

static int begins_with_zeros(const char *bytes, size_t count)
{
    for (size_t i = 0; i < count && i < 64; i++) {
        if (bytes[i]) {
            return 0;
        }
    }
    return 1;
}

ssize_t pwrite64(int file, const void *bytes, size_t count, off64_t offset)
{
    ssize_t result = real_pwrite(file, bytes, count, offset);
    if (result > 0 && !begins_with_zeros(bytes, result)) {
        atomic_fetch_add(&written, result);
    }
    return result;
}

ssize_t pwrite(int file, const void *bytes, size_t count, off_t offset)
{
    return pwrite64(file, bytes, count, offset);
}

int fdatasync(int file)
{
    if (bytes_per_second > 0) {
        /* One device: a sync waits for those before it. */
        double bytes = atomic_exchange(&written, 0);
        pthread_mutex_lock(&device);
        double began = now();
        idle_at = (idle_at > began ? idle_at : began) + bytes / bytes_per_second;
        double wait = idle_at - began;
        pthread_mutex_unlock(&device);
        struct timespec time = { (time_t)wait, (long)((wait - (time_t)wait) * 1e9) };
        nanosleep(&time, 0);
    }
    return real_fdatasync(file);
}
