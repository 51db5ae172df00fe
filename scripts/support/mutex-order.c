// Tells ThreadSanitizer of the order that a contended Swift Mutex makes.
//
// Synchronization.Mutex is inlined into our code as long as nobody has to wait, and there ThreadSanitizer sees it. When somebody
// has to, it calls into the standard library, which is not instrumented: ThreadSanitizer then knows nothing of one
// critical section coming after another and reports races that aren't. Preloaded before the standard library, these
// two functions stand in front of its own and say what it doesn't.

#define _GNU_SOURCE
#include <dlfcn.h>
#include <stdint.h>

#define LOCK_SLOW "$s15Synchronization12_MutexHandleV9_lockSlowyys6UInt32VF"
#define UNLOCK_SLOW "$s15Synchronization12_MutexHandleV11_unlockSlowyyF"
#define SWIFT_CALL __attribute__((swiftcall))
#define SWIFT_SELF __attribute__((swift_context))

// There in an instrumented executable only; this library is also loaded by the processes around it.
__attribute__((weak)) void __tsan_acquire(void *address);
__attribute__((weak)) void __tsan_release(void *address);

typedef SWIFT_CALL void (*LockSlow)(uint32_t thread, SWIFT_SELF void *mutex);
typedef SWIFT_CALL void (*UnlockSlow)(SWIFT_SELF void *mutex);

SWIFT_CALL void lockSlow(uint32_t thread, SWIFT_SELF void *mutex) __asm__(LOCK_SLOW);
SWIFT_CALL void unlockSlow(SWIFT_SELF void *mutex) __asm__(UNLOCK_SLOW);

SWIFT_CALL void lockSlow(uint32_t thread, SWIFT_SELF void *mutex) {
    ((LockSlow)dlsym(RTLD_NEXT, LOCK_SLOW))(thread, mutex);
    if (__tsan_acquire) {
        __tsan_acquire(mutex);
    }
}

SWIFT_CALL void unlockSlow(SWIFT_SELF void *mutex) {
    if (__tsan_release) {
        __tsan_release(mutex);
    }
    ((UnlockSlow)dlsym(RTLD_NEXT, UNLOCK_SLOW))(mutex);
}
