/* A disk that fails, or a process that dies, at a chosen call of the C library. Loaded with LD_PRELOAD, so .NET's calls and RocksDB's go
 * through it alike. Rules come in the environment variable FAULTSHIM, separated by ';':
 *
 *     calls,comma,separated|part of the path|start of the thread's name|from|count|action
 *
 * The rule looks at the from-th such call and the count-1 after it (from begins at 1). Actions: kill-before, kill-after, kill-half
 * (half of a write, then dead), or an errno as a number. An empty part of the path or name fits all. With FAULTSHIM_ARM, calls count only
 * while a file of that name exists. What was done is appended to the file FAULTSHIM_LOG: "call path thread number action".
 */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdarg.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <sys/types.h>
#include <sys/uio.h>
#include <unistd.h>

enum { NOTHING, KILL_BEFORE, KILL_AFTER, KILL_HALF, FAIL };

struct rule {
    char calls[256], path[128], thread[32];
    long from, count;
    int action, error;
    atomic_long seen;
};

static struct rule rules[16];
static int rule_count;
static const char *arm, *log_path;

static void die(void) {
    kill(getpid(), SIGKILL);
    for (;;) pause();
}

static void note(const char *call, const char *path, const char *thread, long number, const char *what) {
    char line[512];
    if (!log_path) return;
    int length = snprintf(line, sizeof line, "%s %s %s %ld %s\n", call, path, *thread ? thread : "-", number, what);
    int fd = (int)syscall(SYS_openat, AT_FDCWD, log_path, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0600);
    if (fd >= 0) {
        syscall(SYS_write, fd, line, length < (int)sizeof line ? length : (int)sizeof line);
        syscall(SYS_close, fd);
    }
}

static const char *next_field(const char *from, char *target, size_t size) {
    size_t n = strcspn(from, "|;");
    size_t kept = n < size - 1 ? n : size - 1;
    memcpy(target, from, kept);
    target[kept] = 0;
    return from[n] == '|' ? from + n + 1 : from + n;
}

__attribute__((constructor)) static void read_rules(void) {
    const char *text = getenv("FAULTSHIM");
    arm = getenv("FAULTSHIM_ARM");
    log_path = getenv("FAULTSHIM_LOG");
    while (text && *text && rule_count < 16) {
        struct rule *rule = &rules[rule_count++];
        char number[32], action[32];
        rule->calls[0] = ',';
        text = next_field(text, rule->calls + 1, sizeof rule->calls - 2);
        strcat(rule->calls, ",");
        text = next_field(text, rule->path, sizeof rule->path);
        text = next_field(text, rule->thread, sizeof rule->thread);
        text = next_field(text, number, sizeof number);
        rule->from = atol(number);
        text = next_field(text, number, sizeof number);
        rule->count = atol(number);
        text = next_field(text, action, sizeof action);
        rule->action = !strcmp(action, "kill-before") ? KILL_BEFORE : !strcmp(action, "kill-after") ? KILL_AFTER
                     : !strcmp(action, "kill-half") ? KILL_HALF : FAIL;
        rule->error = atoi(action);
        if (*text == ';') text++;
    }
}

/* What to do with this call; *error is set for FAIL. */
static int judge(const char *call, int fd, const char *name, int *error) {
    int saved = errno, action = NOTHING;
    char wanted[64], path[4096] = "", thread[17] = "";
    snprintf(wanted, sizeof wanted, ",%s,", call);
    for (int i = 0; i < rule_count && action == NOTHING; i++) {
        struct rule *rule = &rules[i];
        if (!strstr(rule->calls, wanted)) continue;
        if (!*path) {
            if (name) {
                snprintf(path, sizeof path, "%s", name);
            } else {
                char link[64];
                snprintf(link, sizeof link, "/proc/self/fd/%d", fd);
                ssize_t n = syscall(SYS_readlinkat, AT_FDCWD, link, path, sizeof path - 1);
                path[n > 0 ? n : 0] = 0;
            }
            prctl(PR_GET_NAME, thread);
        }
        if (!strstr(path, rule->path) || strncmp(thread, rule->thread, strlen(rule->thread))) continue;
        if (arm && syscall(SYS_faccessat, AT_FDCWD, arm, F_OK, 0) != 0) continue;
        long number = atomic_fetch_add(&rule->seen, 1) + 1;
        if (number < rule->from || number >= rule->from + rule->count) continue;
        action = rule->action;
        *error = rule->error;
        note(call, path, thread, number, action == FAIL ? strerror(rule->error) : action == KILL_BEFORE ? "kill-before"
             : action == KILL_AFTER ? "kill-after" : "kill-half");
    }
    if (action == KILL_BEFORE) die();
    errno = saved;
    return action;
}

#define REAL(type, name, ...) \
    static type (*real)(__VA_ARGS__); \
    if (!real) real = (type (*)(__VA_ARGS__))dlsym(RTLD_NEXT, #name)

/* Calls that answer -1 and set errno. HALF is the same call with half of its bytes, or the call itself where there is no half. */
#define CALL(type, name, called, parameters, fd, path, whole, half) \
    type name parameters { \
        REAL(type, name, TYPES_##name); \
        int error = 0, action = judge(called, fd, path, &error); \
        if (action == FAIL) { errno = error; return -1; } \
        if (action == KILL_HALF) { (void)!(half); die(); } \
        type result = whole; \
        if (action == KILL_AFTER) die(); \
        return result; \
    }

#define TYPES_write int, const void *, size_t
CALL(ssize_t, write, "write", (int fd, const void *bytes, size_t n), fd, NULL, real(fd, bytes, n), real(fd, bytes, n / 2))
#define TYPES_pwrite int, const void *, size_t, off_t
CALL(ssize_t, pwrite, "pwrite", (int fd, const void *bytes, size_t n, off_t at), fd, NULL, real(fd, bytes, n, at), real(fd, bytes, n / 2, at))
#define TYPES_pwrite64 int, const void *, size_t, off64_t
CALL(ssize_t, pwrite64, "pwrite", (int fd, const void *bytes, size_t n, off64_t at), fd, NULL, real(fd, bytes, n, at), real(fd, bytes, n / 2, at))
#define TYPES_writev int, const struct iovec *, int
CALL(ssize_t, writev, "write", (int fd, const struct iovec *v, int n), fd, NULL, real(fd, v, n), real(fd, v, n / 2))
#define TYPES_pwritev int, const struct iovec *, int, off_t
CALL(ssize_t, pwritev, "pwrite", (int fd, const struct iovec *v, int n, off_t at), fd, NULL, real(fd, v, n, at), real(fd, v, n / 2, at))
#define TYPES_pwritev64 int, const struct iovec *, int, off64_t
CALL(ssize_t, pwritev64, "pwrite", (int fd, const struct iovec *v, int n, off64_t at), fd, NULL, real(fd, v, n, at), real(fd, v, n / 2, at))
#define TYPES_read int, void *, size_t
CALL(ssize_t, read, "read", (int fd, void *bytes, size_t n), fd, NULL, real(fd, bytes, n), real(fd, bytes, n))
#define TYPES_pread int, void *, size_t, off_t
CALL(ssize_t, pread, "pread", (int fd, void *bytes, size_t n, off_t at), fd, NULL, real(fd, bytes, n, at), real(fd, bytes, n, at))
#define TYPES_pread64 int, void *, size_t, off64_t
CALL(ssize_t, pread64, "pread", (int fd, void *bytes, size_t n, off64_t at), fd, NULL, real(fd, bytes, n, at), real(fd, bytes, n, at))
#define TYPES_fsync int
CALL(int, fsync, "fsync", (int fd), fd, NULL, real(fd), real(fd))
#define TYPES_fdatasync int
CALL(int, fdatasync, "fdatasync", (int fd), fd, NULL, real(fd), real(fd))
#define TYPES_sync_file_range int, off64_t, off64_t, unsigned int
CALL(int, sync_file_range, "sync_file_range", (int fd, off64_t at, off64_t n, unsigned int flags), fd, NULL, real(fd, at, n, flags), 0)
#define TYPES_ftruncate int, off_t
CALL(int, ftruncate, "ftruncate", (int fd, off_t n), fd, NULL, real(fd, n), 0)
#define TYPES_ftruncate64 int, off64_t
CALL(int, ftruncate64, "ftruncate", (int fd, off64_t n), fd, NULL, real(fd, n), 0)
#define TYPES_fallocate int, int, off_t, off_t
CALL(int, fallocate, "fallocate", (int fd, int mode, off_t at, off_t n), fd, NULL, real(fd, mode, at, n), 0)
#define TYPES_fallocate64 int, int, off64_t, off64_t
CALL(int, fallocate64, "fallocate", (int fd, int mode, off64_t at, off64_t n), fd, NULL, real(fd, mode, at, n), 0)
#define TYPES_rename const char *, const char *
CALL(int, rename, "rename", (const char *from, const char *to), -1, to, real(from, to), 0)
#define TYPES_link const char *, const char *
CALL(int, link, "link", (const char *from, const char *to), -1, to, real(from, to), 0)
#define TYPES_unlink const char *
CALL(int, unlink, "unlink", (const char *name), -1, name, real(name), 0)
#define TYPES_rmdir const char *
CALL(int, rmdir, "rmdir", (const char *name), -1, name, real(name), 0)
#define TYPES_mkdir const char *, mode_t
CALL(int, mkdir, "mkdir", (const char *name, mode_t mode), -1, name, real(name, mode), 0)

/* This one returns the error number. */
int posix_fallocate(int fd, off_t at, off_t n) {
    REAL(int, posix_fallocate, int, off_t, off_t);
    int error = 0, action = judge("posix_fallocate", fd, NULL, &error);
    if (action == FAIL) return error;
    int result = real(fd, at, n);
    if (action != NOTHING) die();
    return result;
}

static int opened(int (*real)(const char *, int, ...), const char *name, int flags, mode_t mode) {
    int error = 0, action = judge("open", -1, name, &error);
    if (action == FAIL) {
        errno = error;
        return -1;
    }
    int result = real(name, flags, mode);
    if (action != NOTHING) die();
    return result;
}

#define OPEN(name) \
    int name(const char *path, int flags, ...) { \
        va_list more; \
        va_start(more, flags); \
        mode_t mode = flags & (O_CREAT | O_TMPFILE) ? va_arg(more, mode_t) : 0; \
        va_end(more); \
        REAL(int, name, const char *, int, ...); \
        return opened(real, path, flags, mode); \
    }
OPEN(open)
OPEN(open64)
