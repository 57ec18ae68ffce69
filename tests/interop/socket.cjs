// vscode-jsonrpc against rmb-testhost's socket.
'use strict';
const { withHost, overSocket } = require('./host.cjs');
const { run } = require('./scenario.cjs');

withHost((host) => run(() => overSocket(host)));
