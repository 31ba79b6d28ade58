#pragma once

#include <concepts>
#include <memory>
#include <utility>

namespace boardwalk::desktop {

/// What is called when a call has ended: exactly once, with what came of it. A completion that is let go of
/// without having been called ends its call as cancelled, so that no call stays without an end, whatever
/// becomes of the object that kept it. `Outcome::makeCancelled()` makes that outcome.
///
/// Move-only: one call has one end. An empty completion is for calls that nothing waits for.
template <class Outcome>
class Completion {
public:
    Completion() = default;

    template <class Function>
        requires(std::invocable<Function&, const Outcome&> && !std::same_as<Function, Completion>)
    Completion(
        Function function)  // NOLINT(google-explicit-constructor): a lambda is given where one is wanted
        : m_end(std::make_unique<Of<Function>>(std::move(function))) {}

    Completion(Completion&&) noexcept = default;
    Completion& operator=(Completion&& other) noexcept {
        Completion(std::move(*this)).cancel();
        m_end = std::move(other.m_end);
        return *this;
    }
    ~Completion() { cancel(); }

    /// Ends the call. A second time does nothing.
    void operator()(const Outcome& outcome) {
        if (const auto end = std::exchange(m_end, nullptr)) end->call(outcome);
    }

private:
    struct End {
        virtual ~End() = default;
        virtual void call(const Outcome& outcome) = 0;
    };
    template <class Function>
    struct Of final : End {
        explicit Of(Function given) : function(std::move(given)) {}
        void call(const Outcome& outcome) override { function(outcome); }
        Function function;
    };

    void cancel() {
        if (m_end) (*this)(Outcome::makeCancelled());
    }

    std::unique_ptr<End> m_end;
};

}  // namespace boardwalk::desktop
