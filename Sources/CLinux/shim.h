#pragma once
#include <stdint.h>
#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <sys/prctl.h>
#include <sys/socket.h>

// The flag enumerations of epoll and eventfd arrive in Swift as structs; plain integers read better.
static const uint32_t icegate_EPOLLIN = EPOLLIN, icegate_EPOLLOUT = EPOLLOUT, icegate_EPOLLRDHUP = EPOLLRDHUP,
                      icegate_EPOLLHUP = EPOLLHUP, icegate_EPOLLERR = EPOLLERR, icegate_EPOLLET = EPOLLET;
static const int icegate_EPOLL_CLOEXEC = EPOLL_CLOEXEC, icegate_EFD_FLAGS = EFD_CLOEXEC | EFD_NONBLOCK;

// Declared by glibc only under _GNU_SOURCE, which the Glibc module is built without.
extern int accept4(int, struct sockaddr *, socklen_t *, int);

// Their header would make timespec a type of this module. The times are itimerspecs. Flags: those of eventfd, which are open's
// as well; 1 to set an absolute time.
extern int timerfd_create(int, int);
extern int timerfd_settime(int, int, const void *, void *);

// prctl is variadic. Names the calling thread; the kernel cuts the name to 15 bytes.
static inline void icegate_set_thread_name(const char *name) { prctl(PR_SET_NAME, name, 0, 0, 0); }
