using MetaStore.Client;

namespace MetaStore.Cli.CommandLine.Values;

/// <summary>A client URL.</summary>
/// <param name="Name">As it was given; results use it.</param>
/// <param name="Address">The parsed address.</param>
internal sealed record Endpoint(string Name, Uri Address)
{
    private const string Http = "http://";
    private const string Https = "https://";

    /// <summary>Parses host:port or a URL. Throws <see cref="UsageException"/>.</summary>
    /// <param name="text">As it was written.</param>
    /// <param name="isTls">Whether an address without a scheme uses TLS.</param>
    public static Endpoint Parse(string text, bool isTls = false)
    {
        try
        {
            var hasScheme = text.Contains("://", StringComparison.Ordinal) || text.StartsWith("unix:", StringComparison.Ordinal);
            return new Endpoint(text, EndpointAddress.Parse(isTls && !hasScheme ? Https + text : text));
        }
        catch (FormatException wrong)
        {
            throw new UsageException(wrong.Message, ExitCodes.Error);
        }
    }

    /// <summary>The name without http://, for tables and short lines.</summary>
    public string ShortName => Name.StartsWith(Http, StringComparison.Ordinal) ? Name[Http.Length..] : Name;

    /// <summary>Every client URL of every member, in the order of member IDs.</summary>
    public static async Task<IReadOnlyList<Endpoint>> OfClusterAsync(MetaStoreClient client, CancellationToken cancellation)
    {
        var members = await client.Cluster.MemberListAsync(new MetaStore.Protocol.Etcd.MemberListRequest(), cancellation);
        return [.. members.Members.SelectMany(member => member.ClientURLs).Select(url => Parse(url))];
    }
}
