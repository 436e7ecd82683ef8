using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using MetaStore.IO.Text;

namespace MetaStore.Server.Configuration.Values;

/// <summary>An address "http://host:port" or "https://host:port" without a path, or a Unix domain socket "unix://path" or "unixs://path".</summary>
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

    /// <summary>True for https and unixs.</summary>
    public bool IsTls { get; private init; }

    /// <summary>The form used in lists and hashed into member IDs.</summary>
    public string Text => $"{Scheme}://{Address}";

    /// <summary>The address without its scheme: equal for http and https on one port.</summary>
    internal string Address => SocketPath ?? (Host.Contains(':', StringComparison.Ordinal)
        ? string.Create(CultureInfo.InvariantCulture, $"[{Host}]:{Port}")
        : string.Create(CultureInfo.InvariantCulture, $"{Host}:{Port}"));

    private string Scheme => (SocketPath is not null, IsTls) switch
    {
        (true, true) => "unixs",
        (true, false) => "unix",
        (false, true) => "https",
        (false, false) => "http",
    };

    /// <inheritdoc/>
    public override string ToString() => Text;

    internal static EndpointUrl Of(string text) =>
        TryParse(text, UrlSchemes.Web, out EndpointUrl? url, out string? why) ? url : throw new FormatException(why);

    internal static bool TryParse(string text, UrlSchemes schemes, [NotNullWhen(true)] out EndpointUrl? url, [NotNullWhen(false)] out string? why)
    {
        url = null;
        text = text.Trim();
        int end = text.IndexOf("://", StringComparison.Ordinal);
        if (end < 0)
        {
            why = $"\"{text}\" has no scheme";
            return false;
        }

        string scheme = text[..end];
        bool isTls = scheme is "https" or "unixs";
        if (scheme is not ("http" or "https" or "unix" or "unixs"))
        {
            why = $"the scheme of \"{text}\" is not supported";
            return false;
        }

        string rest = text[(end + 3)..];
        return scheme is "unix" or "unixs"
            ? TryParseSocket(text, rest, isTls, schemes, out url, out why)
            : TryParseAddress(text, rest.TrimEnd('/'), isTls, out url, out why);
    }

    private static bool TryParseAddress(
        string text, string rest, bool isTls, [NotNullWhen(true)] out EndpointUrl? url, [NotNullWhen(false)] out string? why)
    {
        url = null;
        int colon = rest.LastIndexOf(':');
        if (colon <= 0 || rest.StartsWith("[]", StringComparison.Ordinal) || rest.IndexOfAny(['/', '?', '#', '@']) >= 0)
        {
            why = $"\"{text}\" is not scheme://host:port without a path";
            return false;
        }

        if (!DecimalDigits.TryParse(rest.AsSpan(colon + 1), out ushort port))
        {
            why = $"\"{rest[(colon + 1)..]}\" in \"{text}\" is not a port number (0 to 65535)";
            return false;
        }

        string host = rest[..colon];
        bool bracketed = host.StartsWith('[') && host.EndsWith(']');
        if (!bracketed && host.Contains(':', StringComparison.Ordinal))
        {
            why = $"the address in \"{text}\" needs brackets: {(isTls ? "https" : "http")}://[{host}]:{port}";
            return false;
        }

        // Members and clients are dialled by it; a name that is no URL would only fail there.
        var parsed = new EndpointUrl(bracketed ? host[1..^1] : host, port) { IsTls = isTls };
        if (!Uri.TryCreate(parsed.Text, UriKind.Absolute, out Uri? uri) || uri.Port != port)
        {
            why = $"\"{host}\" in \"{text}\" is not a host name or an address";
            return false;
        }

        url = parsed;
        why = null;
        return true;
    }

    private static bool TryParseSocket(
        string text, string path, bool isTls, UrlSchemes schemes, [NotNullWhen(true)] out EndpointUrl? url, [NotNullWhen(false)] out string? why)
    {
        url = null;
        why = !schemes.HasFlag(UrlSchemes.Sockets) ? $"\"{text}\" is a socket of this machine; others reach this member by http and https only"
            : path.Length == 0 || path.EndsWith('/') ? $"\"{text}\" names no file"
            : System.Text.Encoding.UTF8.GetByteCount(path) > SocketPathMax ? $"the path of \"{text}\" is longer than {SocketPathMax} bytes, which the system does not accept"
            : null;
        if (why is not null)
        {
            return false;
        }

        url = new EndpointUrl("", 0) { SocketPath = path, IsTls = isTls };
        return true;
    }
}
