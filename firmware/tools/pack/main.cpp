#include <cstdio>
#include <fstream>
#include <iterator>
#include <limits>
#include <string>

#include "firmware/app/crypto/sha256.hpp"
#include "firmware/app/update/image_header.hpp"

/// boardwalk-pack MODEL VERSION PAYLOAD IMAGE: puts a header in front of firmware, so that a board takes it.
/// Runs on the computer that builds.
int main(int argc, char** argv) {
    using namespace boardwalk::app;
    if (argc != 5) {
        std::fprintf(stderr, "usage: boardwalk-pack MODEL VERSION PAYLOAD IMAGE\n");
        return 2;
    }
    std::ifstream input(argv[3], std::ios::binary);
    const std::string payload{std::istreambuf_iterator<char>(input), {}};
    if (payload.empty() || payload.size() > std::numeric_limits<std::uint32_t>::max()) {
        std::fprintf(stderr, "boardwalk-pack: %s cannot be read, is empty or too large\n", argv[3]);
        return 1;
    }
    ImageHeader header;
    Sha256 hash;
    hash.add(payload);
    header.payload_bytes = static_cast<std::uint32_t>(payload.size());
    header.payload_sha256 = hash.value();
    const bool short_enough = header.model.assign(argv[1]) && header.version.assign(argv[2]);
    std::array<char, image_header_bytes> bytes;
    write_header(header, bytes);
    if (!short_enough || read_header({bytes.data(), bytes.size()}, header) != HeaderError::none) {
        std::fprintf(stderr, "boardwalk-pack: model and version are 1 to 32 printable characters each\n");
        return 1;
    }
    std::ofstream output(argv[4], std::ios::binary);
    output.write(bytes.data(), static_cast<std::streamsize>(bytes.size()));
    output.write(payload.data(), static_cast<std::streamsize>(payload.size()));
    output.flush();
    if (!output) std::fprintf(stderr, "boardwalk-pack: cannot write %s\n", argv[4]);
    return output ? 0 : 1;
}
