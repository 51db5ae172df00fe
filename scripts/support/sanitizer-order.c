// Tells ThreadSanitizer of an order between threads that it can't see.
//
// Swift's standard library isn't instrumented. ThreadSanitizer sees most of what it does all the same: what is inlined into
// our code, and what the library itself reports. Two things are missing, and without them it reports races that aren't:
//
// - A contended Synchronization.Mutex. Locking and unlocking is inlined as long as nobody has to wait, else it is a
//   call into the library.
// - A continuation that was resumed before its task came to await it: the task then goes on without having been
//   enqueued, which is where the library would have reported the order.
//
// Preloaded, these functions stand in front of the library's own and report the order.

#define _GNU_SOURCE
#include <dlfcn.h>
#include <sched.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdlib.h>

// There in an instrumented executable only; this library is also loaded by the processes around it.
__attribute__((weak)) void __tsan_acquire(void *address);
__attribute__((weak)) void __tsan_release(void *address);

#define SWIFT_CALL __attribute__((swiftcall))
#define SWIFT_ASYNC_CALL __attribute__((swiftasynccall))
#define SWIFT_ASYNC_CONTEXT __attribute__((swift_async_context))
#define SWIFT_SELF __attribute__((swift_context))

// MARK: Mutex

#define LOCK_SLOW "$s15Synchronization12_MutexHandleV9_lockSlowyys6UInt32VF"
#define TRY_LOCK_SLOW "$s15Synchronization12_MutexHandleV12_tryLockSlowSbyF"
#define UNLOCK_SLOW "$s15Synchronization12_MutexHandleV11_unlockSlowyyF"

typedef SWIFT_CALL void (*LockSlow)(uint32_t thread, SWIFT_SELF void *mutex);
typedef SWIFT_CALL bool (*TryLockSlow)(SWIFT_SELF void *mutex);
typedef SWIFT_CALL void (*UnlockSlow)(SWIFT_SELF void *mutex);

SWIFT_CALL void lockSlow(uint32_t thread, SWIFT_SELF void *mutex) __asm__(LOCK_SLOW);
SWIFT_CALL bool tryLockSlow(SWIFT_SELF void *mutex) __asm__(TRY_LOCK_SLOW);
SWIFT_CALL void unlockSlow(SWIFT_SELF void *mutex) __asm__(UNLOCK_SLOW);

typedef SWIFT_CALL void *(*GetCurrent)(void);
typedef SWIFT_ASYNC_CALL void (*ContinuationAwait)(void *continuation);

static LockSlow nextLockSlow;
static TryLockSlow nextTryLockSlow;
static UnlockSlow nextUnlockSlow;
static GetCurrent getCurrent;
static ContinuationAwait nextContinuationAwait;

__attribute__((constructor)) static void lookUp(void) {
    nextLockSlow = (LockSlow)dlsym(RTLD_NEXT, LOCK_SLOW);
    nextTryLockSlow = (TryLockSlow)dlsym(RTLD_NEXT, TRY_LOCK_SLOW);
    nextUnlockSlow = (UnlockSlow)dlsym(RTLD_NEXT, UNLOCK_SLOW);
    getCurrent = (GetCurrent)dlsym(RTLD_NEXT, "swift_task_getCurrent");
    nextContinuationAwait = (ContinuationAwait)dlsym(RTLD_NEXT, "swift_continuation_await");
}

SWIFT_CALL void lockSlow(uint32_t thread, SWIFT_SELF void *mutex) {
    nextLockSlow(thread, mutex);
    if (__tsan_acquire) {
        __tsan_acquire(mutex);
    }
}

SWIFT_CALL bool tryLockSlow(SWIFT_SELF void *mutex) {
    bool isLocked = nextTryLockSlow(mutex);
    if (isLocked && __tsan_acquire) {
        __tsan_acquire(mutex);
    }
    return isLocked;
}

SWIFT_CALL void unlockSlow(SWIFT_SELF void *mutex) {
    if (__tsan_release) {
        __tsan_release(mutex);
    }
    nextUnlockSlow(mutex);
}

// MARK: Continuations

// Resuming reports a release of the task; what follows is the acquire that belongs to it.
static void acquireCurrentTask(void) {
    if (__tsan_acquire) {
        void *task = getCurrent();
        if (task) {
            __tsan_acquire(task);
        }
    }
}

// A continuation may be resumed before the await, or at any moment inside it. So the acquire has to come after, and an await
// doesn't return: it calls the function that the awaiting task goes on with. That function is put aside here and replaced.

typedef SWIFT_ASYNC_CALL void (*Resumption)(SWIFT_ASYNC_CONTEXT void *context);

// The first words of a continuation, as of every asynchronous context.
struct Continuation {
    void *parent;
    Resumption resumption;
};

struct Replaced {
    struct Replaced *next;
    void *continuation;
    Resumption resumption;
};

enum { BUCKETS = 4096 };
static struct Replaced *buckets[BUCKETS];
static atomic_flag locks[BUCKETS];

static unsigned lockBucket(void *continuation) {
    unsigned bucket = ((uintptr_t)continuation >> 4) % BUCKETS;
    while (atomic_flag_test_and_set_explicit(&locks[bucket], memory_order_acquire)) {
        sched_yield();
    }
    return bucket;
}

static void unlockBucket(unsigned bucket) {
    atomic_flag_clear_explicit(&locks[bucket], memory_order_release);
}

static Resumption takeReplaced(void *continuation) {
    unsigned bucket = lockBucket(continuation);
    struct Replaced **link = &buckets[bucket];
    while ((*link)->continuation != continuation) {
        link = &(*link)->next;
    }
    struct Replaced *replaced = *link;
    *link = replaced->next;
    unlockBucket(bucket);
    Resumption resumption = replaced->resumption;
    free(replaced);
    return resumption;
}

SWIFT_ASYNC_CALL static void resumed(SWIFT_ASYNC_CONTEXT void *context) {
    Resumption next = takeReplaced(context);
    acquireCurrentTask();
    return next(context);
}

SWIFT_ASYNC_CALL void swift_continuation_await(void *context) {
    struct Continuation *continuation = context;
    struct Replaced *replaced = malloc(sizeof *replaced);
    if (__tsan_acquire && replaced) {
        replaced->continuation = continuation;
        replaced->resumption = continuation->resumption;
        unsigned bucket = lockBucket(continuation);
        replaced->next = buckets[bucket];
        buckets[bucket] = replaced;
        unlockBucket(bucket);
        continuation->resumption = resumed;
    } else {
        free(replaced);
    }
    return nextContinuationAwait(context);
}
