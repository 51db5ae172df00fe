// The yardstick: libmicrohttpd and jansson with nothing else. It answers what the gateway would answer, without any Ice:
// the body is parsed, one member becomes the result, the result is printed. One thread, one epoll loop.
//
//   bare PORT [CONNECTION_MEMORY]
#include <arpa/inet.h>
#include <jansson.h>
#include <microhttpd.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>

struct request {
    char *body;
    size_t size, capacity;
};

static char *copy_body(struct request *request, const char *data, size_t size) {
    if (request->size + size > request->capacity) {
        size_t capacity = request->capacity ? request->capacity : 256;
        while (capacity < request->size + size) capacity *= 2;
        char *body = realloc(request->body, capacity);
        if (!body) return NULL;
        request->body = body;
        request->capacity = capacity;
    }
    memcpy(request->body + request->size, data, size);
    request->size += size;
    return request->body;
}

// {"name": "x"} becomes {"returnValue": "Hello, x!"}, any other {"member": value} becomes {"returnValue": value}.
static char *answer(const struct request *request, size_t *size) {
    json_t *root = json_loadb(request->body, request->size, JSON_REJECT_DUPLICATES, NULL);
    void *member = root ? json_object_iter(root) : NULL;
    char *text = NULL;
    if (member) {
        json_t *value = json_object_iter_value(member), *result = json_object();
        if (json_is_string(value)) {
            json_object_set_new_nocheck(result, "returnValue", json_sprintf("Hello, %s!", json_string_value(value)));
        } else {
            json_object_set(result, "returnValue", value);
        }
        text = json_dumps(result, JSON_COMPACT);
        json_decref(result);
    }
    json_decref(root);
    if (text) *size = strlen(text);
    return text;
}

static enum MHD_Result handle(void *context, struct MHD_Connection *connection, const char *url, const char *method,
                              const char *version, const char *data, size_t *size, void **state) {
    (void)context, (void)url, (void)method, (void)version;
    struct request *request = *state;
    if (!request) {
        *state = calloc(1, sizeof *request);
        return *state ? MHD_YES : MHD_NO;
    }
    if (*size) {
        if (!copy_body(request, data, *size)) return MHD_NO;
        *size = 0;
        return MHD_YES;
    }
    size_t length = 0;
    unsigned status = 200;
    char *text = answer(request, &length);
    if (!text) {
        text = strdup("{}");
        length = 2;
        status = 400;
    }
    struct MHD_Response *response = MHD_create_response_from_buffer(length, text, MHD_RESPMEM_MUST_FREE);
    MHD_add_response_header(response, "Content-Type", "application/json");
    enum MHD_Result result = MHD_queue_response(connection, status, response);
    MHD_destroy_response(response);
    return result;
}

static void completed(void *context, struct MHD_Connection *connection, void **state,
                      enum MHD_RequestTerminationCode code) {
    (void)context, (void)connection, (void)code;
    struct request *request = *state;
    if (request) free(request->body);
    free(request);
    *state = NULL;
}

int main(int count, char **arguments) {
    if (count < 2) return fprintf(stderr, "usage: bare PORT [CONNECTION_MEMORY]\n"), 64;
    signal(SIGPIPE, SIG_IGN);
    struct sockaddr_in address = {.sin_family = AF_INET,
                                  .sin_port = htons((uint16_t)atoi(arguments[1])),
                                  .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    size_t memory = count > 2 ? (size_t)atoi(arguments[2]) : 32768;
    struct MHD_Daemon *daemon = MHD_start_daemon(
        MHD_USE_EPOLL | MHD_USE_ERROR_LOG, 0, NULL, NULL, handle, NULL, MHD_OPTION_SOCK_ADDR, &address,
        MHD_OPTION_CONNECTION_LIMIT, 10000u, MHD_OPTION_CONNECTION_MEMORY_LIMIT, memory, MHD_OPTION_CONNECTION_TIMEOUT,
        30u, MHD_OPTION_LISTEN_BACKLOG_SIZE, 4096u, MHD_OPTION_NOTIFY_COMPLETED, completed, NULL, MHD_OPTION_END);
    if (!daemon) return fprintf(stderr, "bare: can't listen on port %s\n", arguments[1]), 1;
    // Driven from outside: libmicrohttpd's own epoll thread stalls when one wait returns 128 events.
    int epoll = epoll_create1(EPOLL_CLOEXEC);
    struct epoll_event event = {.events = EPOLLIN};
    epoll_ctl(epoll, EPOLL_CTL_ADD, MHD_get_daemon_info(daemon, MHD_DAEMON_INFO_EPOLL_FD)->epoll_fd, &event);
    for (;;) {
        unsigned long long timeout;
        MHD_run(daemon);
        int wait = MHD_get_timeout(daemon, &timeout) == MHD_YES ? (int)(timeout < 60000 ? timeout : 60000) : -1;
        epoll_wait(epoll, &event, 1, wait);
    }
}
