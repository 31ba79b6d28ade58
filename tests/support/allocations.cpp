#include "tests/support/allocations.hpp"

#include <cstdlib>
#include <new>

namespace {
thread_local std::size_t allocations = 0;
thread_local bool heap_is_full = false;
thread_local std::size_t refusals = 0;

void* counted(std::size_t size) {
    ++allocations;
    if (void* memory = std::malloc(size == 0 ? 1 : size)) return memory;
    std::abort();
}
void* counted_or_null(std::size_t size) {
    if (!heap_is_full) return counted(size);
    ++refusals;
    return nullptr;
}
}  // namespace

void* operator new(std::size_t size) { return counted(size); }
void* operator new[](std::size_t size) { return counted(size); }
void* operator new(std::size_t size, const std::nothrow_t&) noexcept { return counted_or_null(size); }
void* operator new[](std::size_t size, const std::nothrow_t&) noexcept { return counted_or_null(size); }
void operator delete(void* memory) noexcept { std::free(memory); }
void operator delete[](void* memory) noexcept { std::free(memory); }
void operator delete(void* memory, std::size_t) noexcept { std::free(memory); }
void operator delete[](void* memory, std::size_t) noexcept { std::free(memory); }
void operator delete(void* memory, const std::nothrow_t&) noexcept { std::free(memory); }
void operator delete[](void* memory, const std::nothrow_t&) noexcept { std::free(memory); }

namespace boardwalk::test {

AllocationCount::AllocationCount() : before_(allocations) {}
std::size_t AllocationCount::count() const { return allocations - before_; }

FullHeap::FullHeap() {
    heap_is_full = true;
    refusals = 0;
}
FullHeap::~FullHeap() { heap_is_full = false; }
// NOLINTNEXTLINE(readability-convert-member-functions-to-static): of this object's time
std::size_t FullHeap::refused() const { return refusals; }

}  // namespace boardwalk::test
