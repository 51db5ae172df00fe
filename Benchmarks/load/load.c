#define _GNU_SOURCE
// A closed-loop load client: so many keep-alive connections, each with one request in flight. Checks every answer.
// Prints one JSON object. Exits 1 when an answer was wrong, a connection stalled or broke.
//
//   load [options] PORT
//     -w small|medium|large|slow   what to send (default small)
//     -c N                         connections (default 1)
//     -d SECONDS                   measure so long (default 1)
//     -W SECONDS                   send so long before measuring (default 0.2)
//     -i SECONDS                   only open the connections, each with one request, and keep them idle so long
//     -g SECONDS                   grace for the last answers (default 5)
//     -p PID                       charge the CPU time of this process (all its threads) to the requests
//     -P PREFIX                    path before the operation's name (default /greeter)
#include <arpa/inet.h>
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
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

struct connection {
    int socket;
    int open, busy, counted;
    size_t sent;
    // The answer so far: head in `head`, then body bytes counted and, when short, kept.
    char head[4096];
    size_t head_size, body_size, body_expected;
    int in_body;
    uint64_t begin, answers;
};

// Bodies up to this size are compared byte by byte.
enum { COMPARED = 65536, BUCKETS = 64 * 64 };

static struct connection *connections;
static int connection_count = 1, epoll, running = 1;
static char *request;
static size_t request_size;
static size_t request_body_size;
static char *expected_body; // of small: known; of the others: the first answer
static size_t expected_size;
static int expected_known;
static char *body_buffer; // one for each connection, COMPARED bytes
static uint64_t histogram[BUCKETS], total, errors, wrong, broken, latency_max, latency_sum;
static uint64_t measure_from, measure_to;
static char failure[256];

static uint64_t now(void) {
    struct timespec time;
    clock_gettime(CLOCK_MONOTONIC, &time);
    return (uint64_t)time.tv_sec * 1000000000u + (uint64_t)time.tv_nsec;
}

// 64 buckets for each power of two: 1.6 % wide.
static int bucket(uint64_t value) {
    if (value < 64) return (int)value;
    int shift = 63 - __builtin_clzll(value) - 6;
    int index = (shift + 1) * 64 + (int)((value >> shift) & 63);
    return index < BUCKETS ? index : BUCKETS - 1;
}

static double bucket_value(int index) {
    if (index < 64) return index;
    int shift = index / 64 - 1;
    return (double)((64 + (uint64_t)(index & 63)) << shift) + (double)(1ull << shift) / 2;
}

static double percentile(double share) {
    uint64_t wanted = (uint64_t)((double)total * share), seen = 0;
    for (int index = 0; index < BUCKETS; index++)
        if ((seen += histogram[index]) > wanted) return bucket_value(index) / 1000;
    return (double)latency_max / 1000;
}

// Nanoseconds on a CPU, of all threads.
static uint64_t cpu_time(int pid) {
    char path[300];
    uint64_t sum = 0;
    snprintf(path, sizeof path, "/proc/%d/task", pid);
    DIR *tasks = opendir(path);
    if (!tasks) return 0;
    for (struct dirent *task; (task = readdir(tasks));) {
        if (task->d_name[0] == '.') continue;
        snprintf(path, sizeof path, "/proc/%d/task/%s/schedstat", pid, task->d_name);
        FILE *file = fopen(path, "r");
        unsigned long long time = 0;
        if (file) {
            if (fscanf(file, "%llu", &time) == 1) sum += time;
            fclose(file);
        }
    }
    closedir(tasks);
    return sum;
}

// In KiB: a line of /proc/PID/status.
static long memory(int pid, const char *name) {
    char path[64], line[256];
    long value = -1;
    snprintf(path, sizeof path, "/proc/%d/status", pid);
    FILE *file = fopen(path, "r");
    if (!file) return -1;
    while (fgets(line, sizeof line, file))
        if (!strncmp(line, name, strlen(name))) value = atol(line + strlen(name) + 1);
    fclose(file);
    return value;
}

static void fail(struct connection *connection, uint64_t *counter, const char *what) {
    ++*counter;
    ++errors;
    if (!failure[0])
        snprintf(failure, sizeof failure, "connection %d: %s (%.60s)", (int)(connection - connections), what,
                 connection->head_size ? connection->head : strerror(errno));
    // It goes into a JSON string.
    for (char *byte = failure; *byte; byte++)
        if (*byte < ' ' || *byte == '"' || *byte == '\\') *byte = ' ';
    if (connection->open) close(connection->socket);
    connection->open = connection->busy = 0;
}

static void make_request(const char *workload, const char *prefix) {
    const char *operation = "greet";
    char *body = NULL;
    size_t size = 0;
    FILE *stream = open_memstream(&body, &size);
    if (!strcmp(workload, "medium")) {
        operation = "echoItems";
        fputs("{\"items\":[", stream);
        for (int i = 0; i < 100; i++)
            fprintf(stream, "%s{\"id\":%d,\"name\":\"item number %d\",\"price\":%d.25,\"active\":%s,\"note\":\"in stock\"}",
                    i ? "," : "", 100000 + i, i, 10 + i, i % 3 ? "true" : "false");
        fputs("]}", stream);
    } else if (!strcmp(workload, "graph")) {
        operation = "echoThings";
        fputs("{\"things\":[", stream);
        for (int i = 0; i < 100; i++)
            fprintf(stream, "%s{\"@type\":\"::Bench::Product\",\"id\":%d,\"name\":\"item number %d\",\"price\":%d.25,"
                    "\"active\":%s,\"note\":\"in stock\"}",
                    i ? "," : "", 100000 + i, i, 10 + i, i % 3 ? "true" : "false");
        fputs("]}", stream);
    } else if (!strcmp(workload, "large")) {
        operation = "echoDoubles";
        fputs("{\"values\":[", stream);
        uint64_t seed = 42;
        for (int i = 0; i < 100000; i++) {
            seed = seed * 6364136223846793005u + 1442695040888963407u;
            fprintf(stream, "%s%.17g", i ? "," : "", (double)(seed >> 11) / 9007199254740992.0);
        }
        fputs("]}", stream);
    } else {
        if (!strcmp(workload, "slow")) operation = "slowGreet";
        fputs("{\"name\":\"Ada Lovelace\"}", stream);
        expected_body = strdup("{\"returnValue\":\"Hello, Ada Lovelace!\"}");
        expected_size = strlen(expected_body);
        expected_known = 1;
    }
    fclose(stream);
    FILE *whole = open_memstream(&request, &request_size);
    fprintf(whole, "POST %s/%s HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\nContent-Length: %zu\r\n\r\n",
            prefix, operation, size);
    fwrite(body, 1, size, whole);
    request_body_size = size;
    fclose(whole);
    free(body);
}

static void send_some(struct connection *connection) {
    while (connection->sent < request_size) {
        ssize_t count = send(connection->socket, request + connection->sent, request_size - connection->sent, MSG_NOSIGNAL);
        if (count < 0) {
            if (errno != EAGAIN) fail(connection, &broken, "send");
            return;
        }
        connection->sent += (size_t)count;
    }
}

static void begin(struct connection *connection) {
    connection->sent = connection->head_size = connection->body_size = 0;
    connection->in_body = 0;
    connection->busy = 1;
    connection->begin = now();
    send_some(connection);
}

static int parse_head(struct connection *connection, size_t size) {
    connection->head[size - 1] = 0;
    if (strncmp(connection->head, "HTTP/1.1 200", 12)) return 0;
    char *length = strcasestr(connection->head, "\ncontent-length:");
    if (!length) return 0;
    connection->body_expected = strtoul(length + 16, NULL, 10);
    return !expected_known || connection->body_expected == expected_size;
}

static void finish(struct connection *connection, const char *body) {
    uint64_t time = now(), latency = time - connection->begin;
    if (expected_size <= COMPARED) {
        if (!expected_known) {
            expected_body = malloc(connection->body_size + 1);
            memcpy(expected_body, body, connection->body_size);
        } else if (memcmp(expected_body, body, connection->body_size)) {
            return fail(connection, &wrong, "unexpected body");
        }
    }
    if (!expected_known) {
        expected_size = connection->body_size;
        expected_known = 1;
    }
    connection->answers++;
    connection->busy = 0;
    if (time >= measure_from && time <= measure_to) {
        total++;
        connection->counted++;
        latency_sum += latency;
        if (latency > latency_max) latency_max = latency;
        histogram[bucket(latency)]++;
    }
    if (running) begin(connection);
}

static void receive(struct connection *connection) {
    static char buffer[262144];
    char *kept = body_buffer + (size_t)(connection - connections) * COMPARED;
    for (;;) {
        ssize_t count = recv(connection->socket, buffer, sizeof buffer, 0);
        if (count < 0 && errno == EAGAIN) return;
        if (count <= 0) return fail(connection, &broken, "closed");
        char *bytes = buffer;
        size_t size = (size_t)count;
        if (!connection->busy) return fail(connection, &wrong, "answer without a request");
        if (!connection->in_body) {
            size_t room = sizeof connection->head - 1 - connection->head_size, take = size < room ? size : room;
            size_t before = connection->head_size;
            memcpy(connection->head + before, bytes, take);
            connection->head_size += take;
            connection->head[connection->head_size] = 0;
            char *end = strstr(connection->head, "\r\n\r\n");
            if (!end) {
                if (take < size) return fail(connection, &wrong, "head too large");
                continue;
            }
            size_t head = (size_t)(end - connection->head) + 4;
            if (!parse_head(connection, head)) return fail(connection, &wrong, "unexpected answer");
            bytes += head - before;
            size -= head - before;
            connection->in_body = 1;
        }
        if (size > connection->body_expected - connection->body_size) return fail(connection, &wrong, "answer too long");
        if (connection->body_size + size <= COMPARED) memcpy(kept + connection->body_size, bytes, size);
        connection->body_size += size;
        if (connection->body_size == connection->body_expected) {
            finish(connection, kept);
            if ((size_t)count < sizeof buffer) return;
        }
    }
}

static int open_all(int port) {
    struct sockaddr_in address = {.sin_family = AF_INET, .sin_port = htons((uint16_t)port),
                                  .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    for (int index = 0; index < connection_count; index++) {
        struct connection *connection = &connections[index];
        int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0), on = 1;
        if (fd < 0 || connect(fd, (void *)&address, sizeof address)) return 0;
        setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
        fcntl(fd, F_SETFL, O_NONBLOCK);
        struct epoll_event event = {.events = EPOLLIN | EPOLLOUT | EPOLLET, .data.ptr = connection};
        if (epoll_ctl(epoll, EPOLL_CTL_ADD, fd, &event)) return 0;
        connection->socket = fd;
        connection->open = 1;
    }
    return 1;
}

// Handles what happens until the time comes, or until no connection is busy.
static void run_until(uint64_t end, int stop_when_idle) {
    struct epoll_event events[512];
    for (;;) {
        uint64_t time = now();
        if (time >= end) return;
        int busy = 0;
        if (stop_when_idle) {
            for (int index = 0; index < connection_count; index++) busy += connections[index].busy;
            if (!busy) return;
        }
        int count = epoll_wait(epoll, events, 512, (int)((end - time) / 1000000) + 1);
        for (int index = 0; index < count; index++) {
            struct connection *connection = events[index].data.ptr;
            if (!connection->open) continue;
            if ((events[index].events & EPOLLOUT) && connection->busy && connection->sent < request_size)
                send_some(connection);
            if (connection->open && (events[index].events & (EPOLLIN | EPOLLHUP | EPOLLERR))) receive(connection);
        }
    }
}

int main(int count, char **arguments) {
    double duration = 1, warm_up = 0.2, grace = 5, idle = 0;
    int pid = 0;
    const char *workload = "small", *prefix = "/greeter";
    for (int option; (option = getopt(count, arguments, "w:c:d:W:i:g:p:P:")) != -1;) switch (option) {
        case 'w': workload = optarg; break;
        case 'c': connection_count = atoi(optarg); break;
        case 'd': duration = atof(optarg); break;
        case 'W': warm_up = atof(optarg); break;
        case 'i': idle = atof(optarg); break;
        case 'g': grace = atof(optarg); break;
        case 'p': pid = atoi(optarg); break;
        case 'P': prefix = optarg; break;
        default: return 64;
        }
    if (optind + 1 != count || connection_count < 1) return fprintf(stderr, "usage: load [options] PORT\n"), 64;
    signal(SIGPIPE, SIG_IGN);
    struct rlimit limit;
    getrlimit(RLIMIT_NOFILE, &limit);
    limit.rlim_cur = limit.rlim_max;
    setrlimit(RLIMIT_NOFILE, &limit);
    make_request(workload, prefix);
    connections = calloc((size_t)connection_count, sizeof *connections);
    body_buffer = malloc((size_t)connection_count * COMPARED);
    epoll = epoll_create1(EPOLL_CLOEXEC);
    if (!open_all(atoi(arguments[optind]))) return fprintf(stderr, "load: can't connect: %s\n", strerror(errno)), 1;

    uint64_t start = now();
    if (idle > 0) {
        running = 0;
        measure_to = UINT64_MAX;
        for (int index = 0; index < connection_count; index++) begin(&connections[index]);
        run_until(start + (uint64_t)(grace * 1e9), 1);
        usleep((unsigned)(idle * 1e6));
        duration = idle;
    } else {
        measure_from = start + (uint64_t)(warm_up * 1e9);
        measure_to = measure_from + (uint64_t)(duration * 1e9);
        for (int index = 0; index < connection_count; index++) begin(&connections[index]);
        run_until(measure_from, 0);
    }
    uint64_t cpu = pid ? cpu_time(pid) : 0;
    if (idle == 0) run_until(measure_to, 0);
    cpu = pid ? cpu_time(pid) - cpu : 0;
    long resident = pid ? memory(pid, "VmRSS:") : -1, peak = pid ? memory(pid, "VmHWM:") : -1;

    running = 0;
    run_until(now() + (uint64_t)(grace * 1e9), 1);
    uint64_t stalled = 0, unanswered = 0;
    uint64_t least = UINT64_MAX, most = 0;
    for (int index = 0; index < connection_count; index++) {
        stalled += (uint64_t)connections[index].busy;
        unanswered += connections[index].answers == 0;
        if (connections[index].answers < least) least = connections[index].answers;
        if (connections[index].answers > most) most = connections[index].answers;
    }
    int good = !errors && !stalled && !unanswered;
    printf("{\"request_bytes\":%zu,\"answer_bytes\":%zu,", request_body_size, expected_size);
    printf("\"workload\":\"%s\",\"connections\":%d,\"requests\":%llu,\"rate\":%.0f,\"cpu_us\":%.3f,\"cpu_share\":%.3f,"
           "\"mean_us\":%.1f,\"p50_us\":%.1f,\"p90_us\":%.1f,\"p99_us\":%.1f,\"p999_us\":%.1f,\"max_us\":%.1f,"
           "\"rss_kib\":%ld,\"peak_kib\":%ld,\"errors\":%llu,\"wrong\":%llu,\"broken\":%llu,\"stalled\":%llu,"
           "\"unanswered\":%llu,\"least\":%llu,\"most\":%llu,\"ok\":%s,\"failure\":\"%s\"}\n",
           workload, connection_count, (unsigned long long)total, (double)total / duration,
           total ? (double)cpu / 1000 / (double)total : 0, (double)cpu / 1e9 / duration,
           total ? (double)latency_sum / 1000 / (double)total : 0, percentile(0.5), percentile(0.9), percentile(0.99),
           percentile(0.999), (double)latency_max / 1000, resident, peak, (unsigned long long)errors,
           (unsigned long long)wrong, (unsigned long long)broken, (unsigned long long)stalled,
           (unsigned long long)unanswered, (unsigned long long)least, (unsigned long long)most, good ? "true" : "false",
           failure);
    return good ? 0 : 1;
}
