#include "firmware/ports/linux/computer/cgroup_memory.hpp"

#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>

/// The memory that a container leaves, told by folders like the kernel's.
namespace boardwalk::test {
namespace {

class CgroupMemoryTest : public testing::Test {
protected:
    void SetUp() override { std::filesystem::remove_all(root_); }
    void TearDown() override { std::filesystem::remove_all(root_); }
    void file(const std::string& path, const std::string& text) {
        std::filesystem::create_directories((root_ + path).substr(0, (root_ + path).rfind('/')));
        std::ofstream(root_ + path) << text;
    }
    void limit_2(const std::string& group, const std::string& max, std::uint64_t current) {
        file("/sys/fs/cgroup" + group + "/memory.max", max + "\n");
        file("/sys/fs/cgroup" + group + "/memory.current", std::to_string(current) + "\n");
    }
    [[nodiscard]] std::optional<ports::CgroupMemory::Use> read() const {
        return ports::CgroupMemory(root_).read();
    }

    std::string root_ = testing::TempDir() + "boardwalk-cgroup-" +
                        testing::UnitTest::GetInstance()->current_test_info()->name();
};

TEST_F(CgroupMemoryTest, WithoutALimitNothingIsTold) {
    EXPECT_FALSE(read()) << "no such files";
    file("/proc/self/cgroup", "0::/user.slice\n");
    EXPECT_FALSE(read());
    limit_2("/user.slice", "max", 1'000);
    EXPECT_FALSE(read());
}

TEST_F(CgroupMemoryTest, Version2TellsTheLimitWithoutPagesThatCanBeDropped) {
    file("/proc/self/cgroup", "0::/\n");
    limit_2("", "33554432", 20'000'000);
    file("/sys/fs/cgroup/memory.stat", "anon 9000000\nfile 11000000\ninactive_file 5000000\nactive_file 1\n");
    const auto use = read();
    ASSERT_TRUE(use);
    EXPECT_EQ(use->limit_bytes, 33'554'432U);
    EXPECT_EQ(use->used_bytes, 15'000'000U);
    EXPECT_EQ(use->free_bytes(), 18'554'432U);
}

TEST_F(CgroupMemoryTest, TheGroupThatLeavesTheLeastCounts) {
    file("/proc/self/cgroup", "0::/machine/board\n");
    limit_2("/machine/board", "1000", 100);
    limit_2("/machine", "5000", 4'500);
    ASSERT_TRUE(read());
    EXPECT_EQ(read()->free_bytes(), 500U);
    limit_2("/machine/board", "1000", 900);
    EXPECT_EQ(read()->free_bytes(), 100U);
}

TEST_F(CgroupMemoryTest, MoreThanTheLimitIsNothingFreeAndNoWrap) {
    file("/proc/self/cgroup", "0::/\n");
    limit_2("", "1000", 1'200);
    file("/sys/fs/cgroup/memory.stat", "inactive_file 9000\n");
    EXPECT_EQ(read()->used_bytes, 0U);
    file("/sys/fs/cgroup/memory.stat", "anon 1\n");
    EXPECT_EQ(read()->free_bytes(), 0U);
}

TEST_F(CgroupMemoryTest, Version1IsFoundBesideVersion2AndByItsOwnWords) {
    file("/proc/self/cgroup",
         "9:cpu,cpuacct:/a\n4:memory:/docker/4711\n1:name=systemd:/a\n0::/system.slice\n");
    // A container shows its own group at the top of the mount, though it is told the host's path.
    file("/sys/fs/cgroup/memory/memory.limit_in_bytes", "33554432\n");
    file("/sys/fs/cgroup/memory/memory.usage_in_bytes", "8000000\n");
    file("/sys/fs/cgroup/memory/memory.stat", "inactive_file 1\ntotal_inactive_file 3000000\n");
    const auto use = read();
    ASSERT_TRUE(use);
    EXPECT_EQ(use->limit_bytes, 33'554'432U);
    EXPECT_EQ(use->used_bytes, 5'000'000U);
    file("/sys/fs/cgroup/memory/memory.limit_in_bytes", "9223372036854771712\n");
    EXPECT_FALSE(read()) << "that is version 1's word for none";
}

}  // namespace
}  // namespace boardwalk::test
