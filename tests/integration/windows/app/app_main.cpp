#include "app/test_program.hpp"
#include "child/text.hpp"

#include <windows.h>

#include <cstdlib>
#include <string_view>

/// A program with a window, to be stopped and started again. Modes:
///
///   window   visible; ends when it is told that the session ends, or to close
///   tray     the same, hidden
///   veto     the same, but refuses first
///   stays    visible; agrees and does not end
///   deaf     visible; takes no message
namespace rmb::e2e {
namespace {

struct Mode {
    std::string_view name;
    bool is_visible;
    bool agrees;
    bool ends;
    bool listens;
};
constexpr Mode kModes[] = {
    {"window", true, true, true, true}, {"tray", false, true, true, true},
    {"veto", true, false, true, true},  {"stays", true, true, false, true},
    {"deaf", true, true, true, false},
};

struct Windowed {
    const TestProgram& program;
    const Mode& mode;
};

LRESULT on_query_end(const Windowed& self, LPARAM why) {
    self.program.register_late();
    self.program.report("query-end-session " + std::to_string(why));
    return self.mode.agrees ? TRUE : FALSE;
}

void on_end(const Windowed& self, HWND window, WPARAM ending, LPARAM why) {
    self.program.report("end-session " + std::to_string(ending) + " " + std::to_string(why));
    if (ending != FALSE && self.mode.ends) {
        DestroyWindow(window);
    }
}

void on_close(const Windowed& self, HWND window) {
    self.program.report("close");
    if (self.mode.ends) {
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

/// False where there is none.
bool make_window(const Windowed& self) {
    WNDCLASSW kind{};
    kind.lpfnWndProc = on_message;
    kind.hInstance = GetModuleHandleW(nullptr);
    kind.lpszClassName = L"rmb-e2e-app";
    RegisterClassW(&kind);
    const HWND window =
        CreateWindowW(kind.lpszClassName, wide(self.program.name()).c_str(), WS_OVERLAPPEDWINDOW, 0,
                      0, 200, 100, nullptr, nullptr, kind.hInstance, nullptr);
    if (window == nullptr) {
        return false;
    }
    SetWindowLongPtrW(window, GWLP_USERDATA, reinterpret_cast<LONG_PTR>(&self));
    if (self.mode.is_visible) {
        ShowWindow(window, SW_SHOWNOACTIVATE);
    }
    return true;
}

int run(const TestProgram& program) {
    for (const auto& mode : kModes) {
        if (mode.name != program.mode()) {
            continue;
        }
        const Windowed self{program, mode};
        if (!make_window(self)) {
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
