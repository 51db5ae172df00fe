// Calls the servant with ZeroC's Ice for C++, to be measured beside our own client.
//
//   client-cpp FORM PORT WINDOW WARM_UP SECONDS
//
// FORM is callbacks or futures. So many calls are in flight all the time: the next one is made when one completes.
// Writes one line of JSON: what the measured interval saw, the time before it not counted.
#include <Greeter.h>
#include <Ice/Ice.h>
#include <sys/resource.h>

#include <atomic>
#include <chrono>
#include <cstdlib>
#include <deque>
#include <future>
#include <iostream>
#include <mutex>
#include <thread>
#include <vector>

using namespace std;
using Clock = chrono::steady_clock;

// Microseconds of CPU, of all threads.
static double cpu() {
    rusage usage;
    getrusage(RUSAGE_SELF, &usage);
    return (usage.ru_utime.tv_sec + usage.ru_stime.tv_sec) * 1e6 + usage.ru_utime.tv_usec + usage.ru_stime.tv_usec;
}

// What all places of the window share.
struct Run {
    shared_ptr<Bench::GreeterPrx> greeter;
    atomic<long> calls{0};
    atomic<long> errors{0};
    atomic<bool> stopping{false};
    atomic<int> active{0};
    promise<void> over;

    void leave() {
        if (--active == 0) over.set_value();
    }
};

// One place of the window: a name of its own, so that an answer in the wrong place is seen.
struct Place {
    Run& run;
    string name;
    string expected;

    Place(Run& run, int index) : run(run), name("visitor " + to_string(index)), expected("Hello, " + name + "!") {}

    void check(const string& answer) {
        if (answer != expected) ++run.errors;
        ++run.calls;
    }

    void call() {
        run.greeter->greetAsync(
            name,
            [this](const string& answer) {
                check(answer);
                if (run.stopping) {
                    run.leave();
                } else {
                    call();
                }
            },
            [this](exception_ptr) {
                ++run.errors;
                run.leave();
            });
    }
};

static void runFutures(Run& run, vector<unique_ptr<Place>>& places) {
    deque<pair<Place*, future<string>>> window;
    for (auto& place : places) window.emplace_back(place.get(), run.greeter->greetAsync(place->name));
    while (!window.empty()) {
        auto first = move(window.front());
        window.pop_front();
        try {
            first.first->check(first.second.get());
        } catch (const exception&) {
            ++run.errors;
            break;
        }
        if (!run.stopping) window.emplace_back(first.first, run.greeter->greetAsync(first.first->name));
    }
    run.over.set_value();
}

int main(int count, char** arguments) {
    if (count != 6) {
        cerr << "usage: client-cpp callbacks|futures PORT WINDOW WARM_UP SECONDS" << endl;
        return 64;
    }
    const string form = arguments[1];
    const int size = atoi(arguments[3]);
    try {
        Ice::CommunicatorHolder communicator{Ice::InitializationData()};
        Run run;
        run.greeter = Ice::uncheckedCast<Bench::GreeterPrx>(
            communicator->stringToProxy(string("greeter:tcp -h 127.0.0.1 -p ") + arguments[2]));
        run.greeter->ice_ping();
        vector<unique_ptr<Place>> places;
        for (int index = 0; index < size; ++index) places.emplace_back(new Place(run, index));
        thread waiter;
        if (form == "futures") {
            waiter = thread([&] { runFutures(run, places); });
        } else {
            run.active = size;
            for (auto& place : places) place->call();
        }
        this_thread::sleep_for(chrono::duration<double>(atof(arguments[4])));
        const long callsBefore = run.calls;
        const double cpuBefore = cpu();
        const auto begin = Clock::now();
        this_thread::sleep_for(chrono::duration<double>(atof(arguments[5])));
        const long calls = run.calls - callsBefore;
        const double used = cpu() - cpuBefore;
        const double seconds = chrono::duration<double>(Clock::now() - begin).count();
        run.stopping = true;
        run.over.get_future().wait();
        if (waiter.joinable()) waiter.join();
        cout << "{\"calls\": " << calls << ", \"seconds\": " << seconds << ", \"cpu_us\": " << used
             << ", \"errors\": " << run.errors << "}" << endl;
        return 0;
    } catch (const exception& error) {
        cerr << "client-cpp: " << error.what() << endl;
        return 1;
    }
}
