// Preloaded into a program: its wall clock is $SHIFT_SECONDS ahead of the machine's, steady clocks
// are not. libfaketime leaves cnd_timedwait alone, by which librdkafka waits, and stands still at
// the start of a program with jemalloc.
//
// Nothing in here allocates or looks symbols up, so it may be called before anything else is there.
#define _GNU_SOURCE
#include <errno.h>
#include <pthread.h>
#include <stdlib.h>
#include <sys/syscall.h>
#include <sys/time.h>
#include <threads.h>
#include <time.h>
#include <unistd.h>

static time_t shift(void) {
  const char* text = getenv("SHIFT_SECONDS");
  return text == NULL ? 0 : atol(text);
}

static int is_wall(clockid_t clock) {
  return clock == CLOCK_REALTIME || clock == CLOCK_REALTIME_COARSE;
}

int clock_gettime(clockid_t clock, struct timespec* out) {
  const long status = syscall(SYS_clock_gettime, clock, out);
  if (status == 0 && is_wall(clock)) out->tv_sec += shift();
  return (int)status;
}

int gettimeofday(struct timeval* restrict out, void* restrict zone) {
  struct timespec now;
  (void)zone;
  clock_gettime(CLOCK_REALTIME, &now);
  out->tv_sec = now.tv_sec;
  out->tv_usec = now.tv_nsec / 1000;
  return 0;
}

time_t time(time_t* out) {
  struct timespec now;
  clock_gettime(CLOCK_REALTIME, &now);
  if (out != NULL) *out = now.tv_sec;
  return now.tv_sec;
}

int timespec_get(struct timespec* out, int base) {
  return base == TIME_UTC && clock_gettime(CLOCK_REALTIME, out) == 0 ? base : 0;
}

// Which clock a condition waits by is not to be seen from outside; no machine has been up for
// thirty years.
int pthread_cond_timedwait(pthread_cond_t* condition, pthread_mutex_t* mutex,
                           const struct timespec* until) {
  const time_t thirty_years = 1000000000;
  struct timespec real = *until;
  if (until->tv_sec < thirty_years)
    return pthread_cond_clockwait(condition, mutex, CLOCK_MONOTONIC, until);
  real.tv_sec -= shift();
  return pthread_cond_clockwait(condition, mutex, CLOCK_REALTIME, &real);
}

// In glibc these are the types of POSIX.
int cnd_timedwait(cnd_t* condition, mtx_t* mutex, const struct timespec* until) {
  const int status =
      pthread_cond_timedwait((pthread_cond_t*)condition, (pthread_mutex_t*)mutex, until);
  return status == 0 ? thrd_success : status == ETIMEDOUT ? thrd_timedout : thrd_error;
}
