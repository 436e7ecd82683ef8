using System.Diagnostics.CodeAnalysis;
using System.Globalization;

namespace MetaStore.Server.Configuration.Values;

/// <summary>A cleartext address "http://host:port" without a path.</summary>
/// <param name="Host">Name or address without brackets.</param>
/// <param name="Port">0 to 65535; 0 lets the system choose (tests).</param>
public sealed record EndpointUrl(string Host, int Port)
{
    /// <summary>As it is written in lists and hashed into member ids.</summary>
    public string Text => Host.Contains(':', StringComparison.Ordinal)
        ? string.Create(CultureInfo.InvariantCulture, $"http://[{Host}]:{Port}")
        : string.Create(CultureInfo.InvariantCulture, $"http://{Host}:{Port}");

    /// <inheritdoc/>
    public override string ToString() => Text;

    internal static EndpointUrl Of(string text) =>
        TryParse(text, out EndpointUrl? url, out string? why) ? url : throw new FormatException(why);

    internal static bool TryParse(string text, [NotNullWhen(true)] out EndpointUrl? url, [NotNullWhen(false)] out string? why)
    {
        url = null;
        text = text.Trim();
        int scheme = text.IndexOf("://", StringComparison.Ordinal);
        if (scheme < 0)
        {
            why = $"\"{text}\" has no scheme";
            return false;
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
        url = new EndpointUrl(bracketed ? host[1..^1] : host, port);
        why = null;
        return true;
    }
}
