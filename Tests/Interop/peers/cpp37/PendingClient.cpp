// An Ice for C++ 3.7 client with calls that are answered late, as pending_client.py.
//
// Usage: pending-client PROXY COUNT END [--PROPERTY=VALUE...]

#include <Ice/Ice.h>

#include <future>
#include <iostream>
#include <string>
#include <vector>

#include "Interop.h"

using namespace std;

int main(int argc, char* argv[]) {
    try {
        const Ice::CommunicatorHolder communicator(argc, argv);
        if (argc < 4) {
            cerr << "usage: pending-client PROXY COUNT END" << endl;
            return 64;
        }
        const auto echo = Ice::uncheckedCast<Interop::EchoPrx>(communicator->stringToProxy(argv[1]));
        const auto connection = echo->ice_getConnection();
        vector<future<int>> calls;
        for (int count = stoi(argv[2]); count > 0; --count) {
            calls.push_back(echo->awaitTicksAsync(1'000'000));
        }
        cout << "CALLED" << endl;
        if (argv[3] == string("close")) {
            connection->close(Ice::ConnectionClose::GracefullyWithWait);
        }
        int answered = 0;
        for (auto& call : calls) {
            try {
                call.get();
                ++answered;
            } catch (const Ice::Exception& exception) {
                cout << "FAILED " << exception.ice_id() << endl;
            }
        }
        cout << "ANSWERED " << answered << endl;
    } catch (const exception& error) {
        cerr << error.what() << endl;
        return 1;
    }
}
