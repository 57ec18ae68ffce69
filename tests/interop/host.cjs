// Starts rmb-testhost in a folder of its own and connects to it, over its socket or rmbctl bridge.
'use strict';
const { spawn } = require('node:child_process');
const { once } = require('node:events');
const fs = require('node:fs');
const net = require('node:net');
const os = require('node:os');
const path = require('node:path');

/** Runs `work({socket, bin})` while a host serves `socket`; the process fails if it does. */
async function withHost(work) {
    const bin = process.argv[2];
    const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'rmb-interop-'));
    const socket = path.join(folder, 'socket');
    const host = spawn(path.join(bin, 'rmb-testhost'), ['--socket', socket],
                       { stdio: ['ignore', 'pipe', 'inherit'] });
    try {
        const [line] = await Promise.race([once(host.stdout, 'data'),
            once(host, 'exit').then(() => { throw new Error('rmb-testhost did not start'); })]);
        if (!String(line).startsWith('ready ')) {
            throw new Error(`rmb-testhost said ${line}`);
        }
        await work({ socket, bin });
    } finally {
        host.kill('SIGTERM');
        await once(host, 'exit');
        fs.rmSync(folder, { recursive: true });
    }
}

/** A byte stream to the host: {input, output, close}. */
async function overSocket({ socket }) {
    const stream = net.createConnection(socket);
    await once(stream, 'connect');
    return { input: stream, output: stream, close: () => stream.destroy() };
}

async function overBridge({ socket, bin }) {
    const bridge = spawn(path.join(bin, 'rmbctl'), ['bridge', '--socket', socket],
                         { stdio: ['pipe', 'pipe', 'inherit'] });
    await once(bridge, 'spawn');
    return { input: bridge.stdout, output: bridge.stdin, close: () => bridge.kill() };
}

module.exports = { withHost, overSocket, overBridge };
