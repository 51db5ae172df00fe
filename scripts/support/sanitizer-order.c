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
// Preloaded, these functions stand in front of the library's own and report the order. They look the library's own up when
// this library is loaded: looked up at each call, a continuation could well be resumed between the report and the call.

#define _GNU_SOURCE
#include <dlfcn.h>
#include <stdbool.h>
#include <stdint.h>

// There in an instrumented executable only; this library is also loaded by the processes around it.
__attribute__((weak)) void __tsan_acquire(void *address);
__attribute__((weak)) void __tsan_release(void *address);

#define SWIFT_CALL __attribute__((swiftcall))
#define SWIFT_ASYNC_CALL __attribute__((swiftasynccall))
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
typedef SWIFT_CALL void (*EnterThreadLocalContext)(void *context);

static LockSlow nextLockSlow;
static TryLockSlow nextTryLockSlow;
static UnlockSlow nextUnlockSlow;
static GetCurrent getCurrent;
static ContinuationAwait nextContinuationAwait;
static EnterThreadLocalContext nextEnterThreadLocalContext;

__attribute__((constructor)) static void lookUp(void) {
    nextLockSlow = (LockSlow)dlsym(RTLD_NEXT, LOCK_SLOW);
    nextTryLockSlow = (TryLockSlow)dlsym(RTLD_NEXT, TRY_LOCK_SLOW);
    nextUnlockSlow = (UnlockSlow)dlsym(RTLD_NEXT, UNLOCK_SLOW);
    getCurrent = (GetCurrent)dlsym(RTLD_NEXT, "swift_task_getCurrent");
    nextContinuationAwait = (ContinuationAwait)dlsym(RTLD_NEXT, "swift_continuation_await");
    nextEnterThreadLocalContext = (EnterThreadLocalContext)dlsym(RTLD_NEXT, "swift_task_enterThreadLocalContext");
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

// Resuming reports a release of the task.
static void acquireCurrentTask(void) {
    if (__tsan_acquire) {
        void *task = getCurrent();
        if (task) {
            __tsan_acquire(task);
        }
    }
}

// Resumed before the await began …
SWIFT_ASYNC_CALL void swift_continuation_await(void *continuation) {
    acquireCurrentTask();
    return nextContinuationAwait(continuation);
}

// … or just when it was about to suspend the task: the library then takes the suspension back.
SWIFT_CALL void swift_task_enterThreadLocalContext(void *context) {
    acquireCurrentTask();
    nextEnterThreadLocalContext(context);
}
