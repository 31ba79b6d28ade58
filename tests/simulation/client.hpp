#pragma once

#include <memory>
#include <string_view>
#include <vector>

#include "tests/simulation/conversation.hpp"
#include "tests/support/random.hpp"

namespace boardwalk::simulation {

/// One client with all its connections. Lives as long as the run.
class Client {
public:
    Client(Context& context, test::Random random, const test::LinkConditions& way)
        : context_(context), random_(random), way_(way) {}
    Client(const Client&) = delete;
    Client& operator=(const Client&) = delete;
    virtual ~Client() = default;

    virtual void begin() = 0;
    /// The wave is over: finish what is open, and go.
    virtual void leave() {
        leaving_ = true;
        for (auto& conversation : conversations_)
            conversation->leave(Conversation::Leaving::close);
    }
    /// Has all that it came for.
    [[nodiscard]] virtual bool finished() const { return true; }
    [[nodiscard]] virtual std::string_view kind() const = 0;

    [[nodiscard]] const std::vector<std::unique_ptr<Conversation>>& conversations() const {
        return conversations_;
    }

protected:
    Conversation& connect(Conversation::Manner manner) {
        return *conversations_.emplace_back(std::make_unique<Conversation>(context_, way_, manner));
    }
    void after_ms(std::uint64_t ms, test::VirtualClock::Task task) {
        context_.clock.after(ms * 1'000, std::move(task));
    }

    Context& context_;
    test::Random random_;
    test::LinkConditions way_;
    std::vector<std::unique_ptr<Conversation>> conversations_;
    bool leaving_ = false;
};

}  // namespace boardwalk::simulation
