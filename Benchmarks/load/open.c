#define _GNU_SOURCE
// An open-loop load client: requests begin when their time has come, whatever became of those before. Their times are those of a
// Poisson process with a fixed seed. Each takes a connection that is free; when none is, it counts as `unsent`. Latencies run
// from the time a request was due. Prints one JSON array with an object for each phase; a request counts where it was due.
//
//   open [options] PORT RATE:SECONDS...
//     -c N      connections (default 500)
//     -P PATH   of the request (default /greeter/greet)
//     -p PID    look at the memory of this process at the end of each phase
#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <math.h>
#include <netinet/tcp.h>
#include <signal.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/epoll.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

enum { BUCKETS = 64 * 64, PHASES = 16, HEAD = 4096, REFUSED = 503 };

struct latencies {
    uint64_t count, max, histogram[BUCKETS];
};

struct phase {
    double rate, seconds;
    uint64_t begin, due, unsent, broken, wrong, unanswered;
    uint64_t last_refused; // when the last answer that wasn't 200 came, to a request of this phase
    long resident, peak;
    struct latencies good, refused;
};

struct connection {
    int socket, busy;
    uint64_t due;
    struct phase *phase;
    char answer[HEAD + 1];
    size_t size;
    struct connection *next_free;
};

static struct phase phases[PHASES];
static struct connection *connections, *free_connections;
static int connection_count = 500, phase_count, epoll, pid;
static char request[1024];
static size_t request_size;
static const char expected[] = "{\"returnValue\":\"Hello, Ada Lovelace!\"}";
static char failure[200];
static struct sockaddr_in address;

static uint64_t now(void) {
    struct timespec time;
    clock_gettime(CLOCK_MONOTONIC, &time);
    return (uint64_t)time.tv_sec * 1000000000u + (uint64_t)time.tv_nsec;
}

// 64 buckets for each power of two: 1.6 % wide.
static void add(struct latencies *latencies, uint64_t value) {
    int index = (int)value;
    if (value >= 64) {
        int shift = 63 - __builtin_clzll(value) - 6;
        index = (shift + 1) * 64 + (int)((value >> shift) & 63);
    }
    latencies->histogram[index < BUCKETS ? index : BUCKETS - 1]++;
    latencies->count++;
    if (value > latencies->max) latencies->max = value;
}

static double percentile(const struct latencies *latencies, double share) {
    uint64_t wanted = (uint64_t)((double)latencies->count * share), seen = 0;
    for (int index = 0; index < BUCKETS; index++)
        if ((seen += latencies->histogram[index]) > wanted) {
            int shift = index < 64 ? 0 : index / 64 - 1;
            double value = index < 64 ? index : (double)((64 + (uint64_t)(index & 63)) << shift);
            return value / 1e6;
        }
    return (double)latencies->max / 1e6;
}

static long memory(const char *name) {
    char path[64], line[256];
    long value = -1;
    snprintf(path, sizeof path, "/proc/%d/status", pid);
    FILE *file = pid ? fopen(path, "r") : NULL;
    if (!file) return -1;
    while (fgets(line, sizeof line, file))
        if (!strncmp(line, name, strlen(name))) value = atol(line + strlen(name) + 1);
    fclose(file);
    return value;
}

static uint64_t random_state = 42;

// Nanoseconds until the next request is due.
static uint64_t gap(double rate) {
    random_state = random_state * 6364136223846793005u + 1442695040888963407u;
    double uniform = ((double)(random_state >> 11) + 1) / 9007199254740993.0;
    return (uint64_t)(-log(uniform) / rate * 1e9);
}

static int connect_one(struct connection *connection) {
    int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0), on = 1;
    if (fd < 0 || connect(fd, (void *)&address, sizeof address)) return 0;
    setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
    fcntl(fd, F_SETFL, O_NONBLOCK);
    struct epoll_event event = {.events = EPOLLIN, .data.ptr = connection};
    if (epoll_ctl(epoll, EPOLL_CTL_ADD, fd, &event)) return 0;
    connection->socket = fd;
    connection->size = 0;
    connection->busy = 0;
    connection->next_free = free_connections;
    free_connections = connection;
    return 1;
}

static void fail(struct connection *connection, uint64_t *counter, const char *what) {
    ++*counter;
    connection->answer[connection->size] = 0;
    if (!failure[0]) snprintf(failure, sizeof failure, "%s: %.100s", what, connection->answer);
    for (char *byte = failure; *byte; byte++)
        if (*byte < ' ' || *byte == '"' || *byte == '\\') *byte = ' ';
    close(connection->socket);
    connect_one(connection);
}

static void begin(struct phase *phase, uint64_t due) {
    struct connection *connection = free_connections;
    phase->due++;
    if (!connection) {
        phase->unsent++;
        return;
    }
    free_connections = connection->next_free;
    connection->busy = 1;
    connection->size = 0;
    connection->due = due;
    connection->phase = phase;
    // So short a request always has room in an empty socket.
    if (send(connection->socket, request, request_size, MSG_NOSIGNAL) != (ssize_t)request_size)
        fail(connection, &phase->broken, "send");
}

// Whether the answer is whole and right; its status is left in `status`.
static int parse(struct connection *connection, int *status, int *right) {
    connection->answer[connection->size] = 0;
    char *end = strstr(connection->answer, "\r\n\r\n");
    char *length = strcasestr(connection->answer, "\ncontent-length:");
    if (!end || !length || length > end) return 0;
    size_t body = strtoul(length + 16, NULL, 10), head = (size_t)(end + 4 - connection->answer);
    if (connection->size < head + body) return 0;
    *status = atoi(connection->answer + 9);
    *right = connection->size == head + body;
    if (*status == 200) *right &= body == sizeof expected - 1 && !memcmp(end + 4, expected, body);
    else *right &= *status == REFUSED && strcasestr(connection->answer, "\nretry-after:") && strstr(end, "\"overloaded\"");
    return 1;
}

static void receive(struct connection *connection) {
    struct phase *phase = connection->busy ? connection->phase : &phases[0];
    ssize_t count = recv(connection->socket, connection->answer + connection->size, HEAD - connection->size, 0);
    if (count < 0 && errno == EAGAIN) return;
    if (count <= 0 || !connection->busy) {
        if (!connection->busy) { // closed while idle: it is in the list of free ones, so only its socket is made anew
            struct connection **link = &free_connections;
            while (*link && *link != connection) link = &(*link)->next_free;
            if (*link) *link = connection->next_free;
        }
        return fail(connection, &phase->broken, "closed");
    }
    connection->size += (size_t)count;
    int status, right;
    if (!parse(connection, &status, &right)) {
        if (connection->size == HEAD) fail(connection, &phase->wrong, "answer too long");
        return;
    }
    if (!right) return fail(connection, &phase->wrong, "unexpected answer");
    uint64_t time = now();
    add(status == 200 ? &phase->good : &phase->refused, time - connection->due);
    if (status != 200) phase->last_refused = time;
    connection->busy = 0;
    connection->next_free = free_connections;
    free_connections = connection;
}

static void poll_until(uint64_t end) {
    struct epoll_event events[256];
    uint64_t time = now();
    struct timespec wait = {0, 0};
    if (end > time) wait = (struct timespec){(time_t)((end - time) / 1000000000u), (long)((end - time) % 1000000000u)};
    int count = epoll_pwait2(epoll, events, 256, &wait, NULL);
    for (int index = 0; index < count; index++) receive(events[index].data.ptr);
}

static void run(struct phase *phase) {
    phase->begin = now();
    uint64_t end = phase->begin + (uint64_t)(phase->seconds * 1e9), due = phase->begin;
    while ((due += gap(phase->rate)) < end) {
        // Answers are read also when requests are late.
        do poll_until(due);
        while (now() < due);
        begin(phase, due);
    }
    phase->resident = memory("VmRSS:");
    phase->peak = memory("VmHWM:");
}

static void print(const struct phase *phase) {
    double recovered = phase->last_refused ? (double)(phase->last_refused - phase->begin) / 1e6 : 0;
    printf("{\"rate\":%.0f,\"seconds\":%.2f,\"due\":%llu,\"unsent\":%llu,\"broken\":%llu,\"wrong\":%llu,\"unanswered\":%llu,"
           "\"good\":%llu,\"good_p50_ms\":%.3f,\"good_p99_ms\":%.3f,\"good_max_ms\":%.3f,"
           "\"refused\":%llu,\"refused_p50_ms\":%.3f,\"refused_p99_ms\":%.3f,\"refused_max_ms\":%.3f,"
           "\"last_refused_ms\":%.1f,\"rss_kib\":%ld,\"peak_kib\":%ld,\"failure\":\"%s\"}",
           phase->rate, phase->seconds, (unsigned long long)phase->due, (unsigned long long)phase->unsent,
           (unsigned long long)phase->broken, (unsigned long long)phase->wrong, (unsigned long long)phase->unanswered,
           (unsigned long long)phase->good.count, percentile(&phase->good, 0.5), percentile(&phase->good, 0.99),
           (double)phase->good.max / 1e6, (unsigned long long)phase->refused.count, percentile(&phase->refused, 0.5),
           percentile(&phase->refused, 0.99), (double)phase->refused.max / 1e6, recovered, phase->resident, phase->peak, failure);
}

int main(int count, char **arguments) {
    const char *path = "/greeter/greet", body[] = "{\"name\":\"Ada Lovelace\"}";
    for (int option; (option = getopt(count, arguments, "c:P:p:")) != -1;) switch (option) {
        case 'c': connection_count = atoi(optarg); break;
        case 'P': path = optarg; break;
        case 'p': pid = atoi(optarg); break;
        default: return 64;
        }
    for (int index = optind + 1; index < count && phase_count < PHASES; index++, phase_count++)
        if (sscanf(arguments[index], "%lf:%lf", &phases[phase_count].rate, &phases[phase_count].seconds) != 2) return 64;
    if (!phase_count || connection_count < 1) return fprintf(stderr, "usage: open [options] PORT RATE:SECONDS...\n"), 64;
    signal(SIGPIPE, SIG_IGN);
    struct rlimit limit;
    getrlimit(RLIMIT_NOFILE, &limit);
    limit.rlim_cur = limit.rlim_max;
    setrlimit(RLIMIT_NOFILE, &limit);
    request_size = (size_t)snprintf(request, sizeof request,
        "POST %s HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\nContent-Length: %zu\r\n\r\n%s",
        path, sizeof body - 1, body);
    address = (struct sockaddr_in){.sin_family = AF_INET, .sin_port = htons((uint16_t)atoi(arguments[optind])),
                                   .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    connections = calloc((size_t)connection_count, sizeof *connections);
    epoll = epoll_create1(EPOLL_CLOEXEC);
    for (int index = 0; index < connection_count; index++)
        if (!connect_one(&connections[index])) return fprintf(stderr, "open: can't connect: %s\n", strerror(errno)), 1;
    for (int index = 0; index < phase_count; index++) run(&phases[index]);
    for (uint64_t end = now() + 5000000000u; now() < end;) {
        int busy = 0;
        for (int index = 0; index < connection_count; index++) busy += connections[index].busy;
        if (!busy) break;
        poll_until(now() + 10000000u);
    }
    for (int index = 0; index < connection_count; index++)
        if (connections[index].busy) connections[index].phase->unanswered++;
    uint64_t bad = 0;
    for (int index = 0; index < phase_count; index++) {
        printf(index ? "," : "[");
        print(&phases[index]);
        bad += phases[index].broken + phases[index].wrong + phases[index].unanswered;
    }
    printf("]\n");
    return bad != 0;
}
