"""What the browser is started with: two locks on the network, the same look everywhere."""

NO_NETWORK = (
    "--host-resolver-rules=MAP * ~NOTFOUND",
    # Port 0 of no machine: connections fail before they are made, those to this machine too.
    "--proxy-server=socks5://0.0.0.0:0",
    "--proxy-bypass-list=<-loopback>",
    "--force-webrtc-ip-handling-policy=disable_non_proxied_udp",
    "--webrtc-ip-handling-policy=disable_non_proxied_udp",
    "--disable-quic",
    "--dns-prefetch-disable",
    "--disable-features=AsyncDns,DnsOverHttps,WebTransport,MediaRouter,Translate,OptimizationHints",
)
# A window of its own would take the page's place in front, and what is behind is not drawn.
NO_WINDOWS = ("--block-new-web-contents",)
SAME_EVERYWHERE = (
    "--force-color-profile=srgb",
    "--font-render-hinting=none",
    "--disable-lcd-text",
    "--hide-scrollbars",
    "--disable-gpu",
)
