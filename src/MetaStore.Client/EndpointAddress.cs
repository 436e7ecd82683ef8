namespace MetaStore.Client;

/// <summary>Endpoints as people write them.</summary>
public static class EndpointAddress
{
    /// <summary>Reads "host:port", "http://host:port" or a bare host (port 2379). Throws <see cref="FormatException"/> naming the text.</summary>
    public static Uri Parse(string text)
    {
        var withScheme = text.Contains("://", StringComparison.Ordinal) ? text : "http://" + text;
        if (!Uri.TryCreate(withScheme, UriKind.Absolute, out var uri) || uri.Host.Length == 0)
        {
            throw new FormatException($"'{text}' is not an endpoint; write host:port, such as 127.0.0.1:2379");
        }

        return uri.IsDefaultPort && !HasPort(withScheme) ? new UriBuilder(uri) { Port = 2379 }.Uri : uri;
    }

    /// <summary>Reads several, comma separated. Throws <see cref="FormatException"/> naming the one that is wrong.</summary>
    public static IReadOnlyList<Uri> ParseList(string text) =>
        [.. text.Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries).Select(Parse)];

    private static bool HasPort(string text)
    {
        var authority = text[(text.IndexOf("://", StringComparison.Ordinal) + 3)..].Split('/')[0];
        var host = authority.LastIndexOf(']');
        return authority.LastIndexOf(':') > host;
    }
}
