#include "app/test_program.hpp"
#include "child/text.hpp"

#include <windows.h>

#include <cstdlib>
#include <string>
#include <string_view>

/// A program with a window, to be stopped and started again. Modes:
///
///   window      visible; ends when it is told that the session ends, or to close
///   tray        the same, hidden
///   veto        the same, but refuses first
///   stays       visible; agrees and does not end
///   closes      visible; agrees and ends when it is to close, not before
///   deaf        visible; takes no message
///   three       a visible window, one that it owns, and a hidden one; each says which it is
///   three-veto  the same, and the hidden one refuses
namespace rmb::e2e {
namespace {

struct Mode {
    std::string_view name;
    bool is_visible = true;
    bool agrees = true;
    bool ends_with_session = true;
    bool closes = true;
    bool listens = true;
    bool has_three = false;
    bool hidden_agrees = true;
};
constexpr Mode kModes[] = {
    {.name = "window"},
    {.name = "tray", .is_visible = false},
    {.name = "veto", .agrees = false},
    {.name = "stays", .ends_with_session = false, .closes = false},
    {.name = "closes", .ends_with_session = false},
    {.name = "deaf", .listens = false},
    {.name = "three", .has_three = true},
    {.name = "three-veto", .has_three = true, .hidden_agrees = false},
};

struct Windowed {
    const TestProgram& program;
    const Mode& mode;
    std::string which = {};  // of three: " visible" and so on
    bool agrees = true;
};

LRESULT on_query_end(const Windowed& self, LPARAM why) {
    self.program.register_late();
    self.program.report("query-end-session " + std::to_string(why) + self.which);
    return self.agrees ? TRUE : FALSE;
}

void on_end(const Windowed& self, HWND window, WPARAM ending, LPARAM why) {
    self.program.report("end-session " + std::to_string(ending) + " " + std::to_string(why) +
                        self.which);
    if (ending != FALSE && self.mode.ends_with_session) {
        DestroyWindow(window);
    }
}

void on_close(const Windowed& self, HWND window) {
    self.program.report("close" + self.which);
    if (self.mode.closes) {
        DestroyWindow(window);
    }
}

LRESULT CALLBACK on_message(HWND window, UINT message, WPARAM word, LPARAM other) {
    const auto* const self =
        reinterpret_cast<const Windowed*>(GetWindowLongPtrW(window, GWLP_USERDATA));
    if (self == nullptr) {
        return DefWindowProcW(window, message, word, other);
    }
    switch (message) {
        case WM_QUERYENDSESSION:
            return on_query_end(*self, other);
        case WM_ENDSESSION:
            on_end(*self, window, word, other);
            return 0;
        case WM_CLOSE:
            on_close(*self, window);
            return 0;
        case WM_DESTROY:
            PostQuitMessage(0);
            return 0;
        default:
            return DefWindowProcW(window, message, word, other);
    }
}

/// NULL where there is none.
HWND make_window(const Windowed& self, bool is_visible, HWND owner = nullptr) {
    WNDCLASSW kind{};
    kind.lpfnWndProc = on_message;
    kind.hInstance = GetModuleHandleW(nullptr);
    kind.lpszClassName = L"rmb-e2e-app";
    RegisterClassW(&kind);
    const HWND window =
        CreateWindowW(kind.lpszClassName, wide(self.program.name()).c_str(), WS_OVERLAPPEDWINDOW, 0,
                      0, 200, 100, owner, nullptr, kind.hInstance, nullptr);
    if (window == nullptr) {
        return nullptr;
    }
    SetWindowLongPtrW(window, GWLP_USERDATA, reinterpret_cast<LONG_PTR>(&self));
    if (is_visible) {
        ShowWindow(window, SW_SHOWNOACTIVATE);
    }
    return window;
}

/// False where one of them is not to be had. They are of static storage, as long as any window.
bool make_windows(const TestProgram& program, const Mode& mode) {
    if (!mode.has_three) {
        static const Windowed only{program, mode, {}, mode.agrees};
        return make_window(only, mode.is_visible) != nullptr;
    }
    static const Windowed visible{program, mode, " visible", mode.agrees};
    static const Windowed owned{program, mode, " owned", mode.agrees};
    static const Windowed hidden{program, mode, " hidden", mode.hidden_agrees};
    const HWND owner = make_window(visible, true);
    return owner != nullptr && make_window(owned, true, owner) != nullptr &&
           make_window(hidden, false) != nullptr;
}

int run(const TestProgram& program) {
    for (const auto& mode : kModes) {
        if (mode.name != program.mode()) {
            continue;
        }
        if (!make_windows(program, mode)) {
            return 3;
        }
        program.ready();
        if (!mode.listens) {
            WaitForSingleObject(GetCurrentProcess(), INFINITE);
        }
        MSG message{};
        while (GetMessageW(&message, nullptr, 0, 0) > 0) {
            DispatchMessageW(&message);
        }
        return 0;
    }
    return 2;
}

}  // namespace
}  // namespace rmb::e2e

int WINAPI WinMain(HINSTANCE /*instance*/, HINSTANCE /*unused*/, LPSTR /*command*/, int /*show*/) {
    const rmb::e2e::TestProgram program{__argc, __argv, RMB_TEST_PROGRAM_VERSION};
    return rmb::e2e::run(program);
}
