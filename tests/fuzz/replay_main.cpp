#include <cstdint>
#include <cstdio>
#include <exception>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <vector>

// Runs a fuzz target over the files of the folders it is given: seeds and what fuzzing once found
// are tests of every sanitizer build, without libFuzzer.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size);

int main(int argc, char** argv) {
    std::size_t inputs = 0;
    for (int i = 1; i < argc; ++i) {
        for (const auto& entry : std::filesystem::directory_iterator{argv[i]}) {
            std::ifstream file{entry.path(), std::ios::binary};
            const std::vector<std::uint8_t> bytes{std::istreambuf_iterator<char>{file}, {}};
            std::printf("%s\n", entry.path().string().c_str());
            std::fflush(stdout);
            (void)LLVMFuzzerTestOneInput(bytes.data(), bytes.size());
            ++inputs;
        }
    }
    if (inputs == 0) {
        std::fputs("no inputs: is the corpus missing?\n", stderr);
        return 1;
    }
    return 0;
}
