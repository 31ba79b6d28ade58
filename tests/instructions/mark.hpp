#pragma once

namespace boardwalk::instructions {

/// Marks in the stream of instructions, for the counter that QEMU runs (counter.cpp).
enum class Mark {
    board = 0,  ///< what follows is the board's
    world = 1,  ///< what follows stands for the wire and for those at its other end
    begin = 2,  ///< a part that is measured begins
    end = 3,
};

/// `dbg`, a hint to debuggers that does nothing (ARMv7-M, A7.7.32). Here, with a number as mark.
template <Mark mark>
inline void set() {
    asm volatile("dbg %0" : : "i"(static_cast<int>(mark)) : "memory");
}

}  // namespace boardwalk::instructions
