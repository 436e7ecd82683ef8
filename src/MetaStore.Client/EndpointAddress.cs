using MetaStore.Client.Endpoints;

namespace MetaStore.Client;

/// <summary>Parses endpoints as written by users.</summary>
public static class EndpointAddress
{
    /// <summary>
    /// Reads "host:port", "http://host:port", "https://host:port", a bare host (port 2379), or "unix:///path" of a socket; "unix://path" and "unix:path"
    /// are relative to the present working directory. Throws <see cref="FormatException"/> naming the text.
    /// </summary>
    public static Uri Parse(string text)
    {
        if (SocketAddress.IsOne(text))
        {
            return SocketAddress.Parse(text);
        }

        var withScheme = text.Contains("://", StringComparison.Ordinal) ? text : "http://" + text;
        if (!Uri.TryCreate(withScheme, UriKind.Absolute, out var uri) || uri.Host.Length == 0)
        {
            throw new FormatException($"'{text}' is not an endpoint; write host:port, such as 127.0.0.1:2379");
        }

        if (uri.Scheme is not ("http" or "https"))
        {
            throw new FormatException($"'{text}': the scheme {uri.Scheme} is not known; write host:port, http://, https:// or unix://");
        }

        return uri.IsDefaultPort && !HasPort(withScheme) ? new UriBuilder(uri) { Port = 2379 }.Uri : uri;
    }

    /// <summary>Reads several, comma separated. Throws <see cref="FormatException"/> naming the invalid one.</summary>
    public static IReadOnlyList<Uri> ParseList(string text) =>
        [.. text.Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries).Select(Parse)];

    private static bool HasPort(string text)
    {
        var authority = text[(text.IndexOf("://", StringComparison.Ordinal) + 3)..].Split('/')[0];

        // The colons of a user and of an IPv6 address are not a port's.
        return authority.LastIndexOf(':') > Math.Max(authority.LastIndexOf(']'), authority.LastIndexOf('@'));
    }
}
