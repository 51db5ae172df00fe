// A Greeter on ZeroC's Ice for C++: what the gateway talks to while it is measured.
//
//   servant PORT
//   servant PORT THREADS MILLISECONDS   with so many threads, of which greet keeps one so long
#include <Greeter.h>
#include <Ice/Ice.h>

#include <chrono>
#include <condition_variable>
#include <csignal>
#include <deque>
#include <functional>
#include <iostream>
#include <mutex>
#include <thread>

using namespace std;
using Clock = chrono::steady_clock;

// Answers each call 100 ms after it came. All wait equally long, so a queue is all it needs.
class Later {
public:
    Later() : _thread([this] { run(); }) {}

    ~Later() {
        {
            lock_guard<mutex> lock(_mutex);
            _stopping = true;
        }
        _changed.notify_one();
        _thread.join();
    }

    void add(function<void()> answer) {
        lock_guard<mutex> lock(_mutex);
        _queue.emplace_back(Clock::now() + chrono::milliseconds(100), move(answer));
        if (_queue.size() == 1) _changed.notify_one();
    }

private:
    void run() {
        unique_lock<mutex> lock(_mutex);
        while (!_stopping) {
            if (_queue.empty()) {
                _changed.wait(lock);
            } else if (Clock::now() < _queue.front().first) {
                auto due = _queue.front().first;
                _changed.wait_until(lock, due);
            } else {
                auto answer = move(_queue.front().second);
                _queue.pop_front();
                lock.unlock();
                answer();
                lock.lock();
            }
        }
    }

    mutex _mutex;
    condition_variable _changed;
    deque<pair<Clock::time_point, function<void()>>> _queue;
    bool _stopping = false;
    thread _thread;
};

class GreeterI : public Bench::Greeter {
public:
    explicit GreeterI(chrono::microseconds work) : _work(work) {}

    string greet(string name, const Ice::Current&) override {
        if (_work.count() > 0) this_thread::sleep_for(_work);
        return "Hello, " + name + "!";
    }

    Bench::Items echoItems(Bench::Items items, const Ice::Current&) override { return items; }

    Bench::Things echoThings(Bench::Things things, const Ice::Current&) override { return things; }

    Bench::Doubles echoDoubles(Bench::Doubles values, const Ice::Current&) override { return values; }

    void slowGreetAsync(string name, function<void(const string&)> response, function<void(exception_ptr)>,
                        const Ice::Current&) override {
        _later.add([name, response] { response("Hello, " + name + "!"); });
    }

private:
    const chrono::microseconds _work;
    Later _later;
};

int main(int count, char** arguments) {
    if (count != 2 && count != 4) {
        cerr << "usage: servant PORT [THREADS MILLISECONDS]" << endl;
        return 64;
    }
    try {
        Ice::InitializationData data;
        data.properties = Ice::createProperties();
        data.properties->setProperty("Ice.MessageSizeMax", "16384");
        chrono::microseconds work(0);
        if (count == 4) {
            data.properties->setProperty("Ice.ThreadPool.Server.Size", arguments[2]);
            data.properties->setProperty("Ice.ThreadPool.Server.SizeMax", arguments[2]);
            work = chrono::microseconds(static_cast<long>(stod(arguments[3]) * 1000));
        }
        Ice::CommunicatorHolder holder(data);
        static Ice::CommunicatorPtr communicator = holder.communicator();
        auto adapter = communicator->createObjectAdapterWithEndpoints(
            "Greeter", string("tcp -h 127.0.0.1 -p ") + arguments[1]);
        adapter->add(make_shared<GreeterI>(work), Ice::stringToIdentity("greeter"));
        adapter->activate();
        Ice::CtrlCHandler stopper([](int) { communicator->shutdown(); });
        communicator->waitForShutdown();
        communicator = nullptr;
        return 0;
    } catch (const exception& error) {
        cerr << "servant: " << error.what() << endl;
        return 1;
    }
}
