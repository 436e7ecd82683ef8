using System.Diagnostics.CodeAnalysis;
using System.Globalization;

namespace MetaStore.Server.Configuration.Values;

/// <summary>A cleartext address "http://host:port" without a path, or a Unix domain socket "unix://path".</summary>
/// <param name="Host">Name or address without brackets; empty for a socket.</param>
/// <param name="Port">0 to 65535; 0 lets the system choose (tests).</param>
public sealed record EndpointUrl(string Host, int Port)
{
    /// <summary>Size of sun_path on Linux without the terminator.</summary>
    private const int SocketPathMax = 107;

    /// <summary>
    /// Path of the socket; null for an address. As in etcd it is everything after the scheme: "unix://localhost:2379" is the file
    /// "localhost:2379" in the working directory.
    /// </summary>
    public string? SocketPath { get; private init; }

    /// <summary>The form used in lists and hashed into member IDs.</summary>
    public string Text => SocketPath is not null ? "unix://" + SocketPath : Host.Contains(':', StringComparison.Ordinal)
        ? string.Create(CultureInfo.InvariantCulture, $"http://[{Host}]:{Port}")
        : string.Create(CultureInfo.InvariantCulture, $"http://{Host}:{Port}");

    /// <inheritdoc/>
    public override string ToString() => Text;

    internal static EndpointUrl Of(string text) =>
        TryParse(text, takesSockets: false, out EndpointUrl? url, out string? why) ? url : throw new FormatException(why);

    internal static bool TryParse(string text, bool takesSockets, [NotNullWhen(true)] out EndpointUrl? url, [NotNullWhen(false)] out string? why)
    {
        url = null;
        text = text.Trim();
        int scheme = text.IndexOf("://", StringComparison.Ordinal);
        if (scheme < 0)
        {
            why = $"\"{text}\" has no scheme";
            return false;
        }

        if (text[..scheme] == "unix")
        {
            return TryParseSocket(text, text[(scheme + 3)..], takesSockets, out url, out why);
        }

        if (text[..scheme] != "http")
        {
            why = $"the scheme of \"{text}\" is not supported: this version serves cleartext http only";
            return false;
        }

        string rest = text[(scheme + 3)..].TrimEnd('/');
        int colon = rest.LastIndexOf(':');
        if (colon <= 0 || rest.IndexOfAny(['/', '?', '#', '@']) >= 0)
        {
            why = $"\"{text}\" is not scheme://host:port without a path";
            return false;
        }

        if (!ushort.TryParse(rest.AsSpan(colon + 1), NumberStyles.None, CultureInfo.InvariantCulture, out ushort port))
        {
            why = $"\"{rest[(colon + 1)..]}\" in \"{text}\" is not a port number (0 to 65535)";
            return false;
        }

        string host = rest[..colon];
        bool bracketed = host.StartsWith('[') && host.EndsWith(']');
        if (!bracketed && host.Contains(':', StringComparison.Ordinal))
        {
            why = $"the address in \"{text}\" needs brackets: http://[{host}]:{port}";
            return false;
        }

        url = new EndpointUrl(bracketed ? host[1..^1] : host, port);
        why = null;
        return true;
    }

    private static bool TryParseSocket(
        string text, string path, bool takesSockets, [NotNullWhen(true)] out EndpointUrl? url, [NotNullWhen(false)] out string? why)
    {
        url = null;
        why = !takesSockets ? $"\"{text}\" is a socket of this machine; others reach this member by http only"
            : path.Length == 0 || path.EndsWith('/') ? $"\"{text}\" names no file"
            : System.Text.Encoding.UTF8.GetByteCount(path) > SocketPathMax ? $"the path of \"{text}\" is longer than {SocketPathMax} bytes, which the system does not accept"
            : null;
        if (why is not null)
        {
            return false;
        }

        url = new EndpointUrl("", 0) { SocketPath = path };
        return true;
    }
}
