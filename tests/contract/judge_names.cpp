#include <iostream>
#include <string>

#include "shared/name_rule.hpp"

/// judge-names: for each name, a line of hex on standard input, a line with what is wrong, or an empty one.
int main() {
    using namespace boardwalk::protocol;
    const auto digit = [](char c) { return static_cast<unsigned>(c <= '9' ? c - '0' : c - 'a' + 10); };
    std::string line, name;
    while (std::getline(std::cin, line)) {
        name.clear();
        for (std::size_t at = 0; at + 1 < line.size(); at += 2)
            name += static_cast<char>(digit(line[at]) * 16 + digit(line[at + 1]));
        const auto cleaned = cleaned_name(name);
        const bool is_clean = cleaned.empty() || find_name_fault(cleaned).kind == NameFault::Kind::none;
        std::cout << (is_clean ? describe(find_name_fault(name)).view() : "is not cleaned") << '\n';
    }
}
