namespace MetaStore.Server.Configuration.Values;

/// <summary>An initial member of a cluster.</summary>
/// <param name="Name">Its <c>--name</c>.</param>
/// <param name="PeerUrls">Its advertised peer addresses, in the order given.</param>
public sealed record InitialMember(string Name, IReadOnlyList<string> PeerUrls)
{
    /// <summary>Parses "a=http://h:1,b=http://h:2"; entries with the same name are merged.</summary>
    /// <returns>The members in order of first mention, or the reason why the text is wrong.</returns>
    internal static (InitialMember[] Members, string? Error) Parse(string text)
    {
        var order = new List<string>();
        var urls = new Dictionary<string, List<string>>(StringComparer.Ordinal);
        foreach (string part in text.Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries))
        {
            int equals = part.IndexOf('=', StringComparison.Ordinal);
            if (equals <= 0)
            {
                return ([], $"\"{part}\" is not of the form name=url");
            }

            if (!EndpointUrl.TryParse(part[(equals + 1)..], UrlSchemes.Web, out EndpointUrl? url, out string? why))
            {
                return ([], why);
            }

            string name = part[..equals];
            if (!urls.TryGetValue(name, out List<string>? list))
            {
                urls[name] = list = [];
                order.Add(name);
            }

            if (urls.Values.Any(known => known.Contains(url.Text)))
            {
                return ([], $"{url.Text} is given twice");
            }

            list.Add(url.Text);
        }

        return ([.. order.Select(name => new InitialMember(name, urls[name]))], null);
    }
}
