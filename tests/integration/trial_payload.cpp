#include <fcntl.h>
#include <unistd.h>

#include <csignal>

#include "firmware/ports/linux/boot/board_note.hpp"

/// Firmware that says of itself that it is a board, and is none: what only running it tells. A test writes
/// over the two texts what it does, and which file it leaves when it was run.
BOARDWALK_BOARD_NOTE("virtual", BOARDWALK_VERSION);

namespace {

volatile char deed[] = "deed:exits  ";
volatile char mark[] =
    "mark:                                                                                               ";

}  // namespace

int main() {
    char path[sizeof mark] = {};
    for (unsigned i = 0; mark[5 + i] != ' '; ++i)
        path[i] = mark[5 + i];
    if (path[0] != '\0') ::close(::open(path, O_CREAT | O_WRONLY, 0600));
    switch (deed[5]) {
        case 'c':
            (void)std::signal(SIGSEGV, SIG_DFL);  // a sanitizer's would make it an exit
            (void)std::raise(SIGSEGV);
            break;
        case 'h':
            while (true)
                ::pause();
        default: break;
    }
    return 1;
}
