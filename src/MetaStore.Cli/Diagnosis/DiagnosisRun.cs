using System.Security.Cryptography;
using Google.Protobuf;
using Grpc.Core;
using MetaStore.Cli.CommandLine;
using MetaStore.Cli.CommandLine.Values;
using MetaStore.Cli.Pages;
using MetaStore.Client;
using MetaStore.Protocol.Etcd;

namespace MetaStore.Cli.Diagnosis;

/// <summary>Collects what a report of a bug needs. What a member does not answer is left out, and said.</summary>
/// <param name="archive">Receives the files.</param>
internal sealed class DiagnosisRun(DiagnosisArchive archive)
{
    private static readonly string[] Pages = ["/metrics", "/health", "/livez?verbose", "/readyz?verbose", "/version"];

    private static readonly JsonFormatter Json = new(JsonFormatter.Settings.Default.WithIndentation().WithFormatDefaultValues(true));

    private readonly List<string> _failures = [];

    /// <summary>What could not be had, one line each.</summary>
    public IReadOnlyList<string> Failures => _failures;

    /// <summary>The list of members, and the members' addresses.</summary>
    /// <returns>Empty when the cluster does not answer.</returns>
    public async Task<IReadOnlyList<Endpoint>> MembersAsync(MetaStoreClient client, CancellationToken cancellation)
    {
        MemberListResponse? members = null;
        await TryAsync("members.json", async () => Format(members = await client.Cluster.MemberListAsync(new MemberListRequest(), cancellation)));
        await TryAsync("alarms.json", async () => Format(await client.Maintenance.AlarmAsync(new AlarmRequest(), cancellation)));
        await TryAsync("silent-members.json", async () => Format(await client.Cluster.SilentMembersAsync(cancellation)));
        return [.. (members?.Members ?? []).SelectMany(member => member.ClientURLs).Select(EndpointOf).OfType<Endpoint>()];
    }

    /// <summary>What one member says of itself.</summary>
    public async Task MemberAsync(Endpoint endpoint, MetaStoreClient client, MemberPages pages, CancellationToken cancellation)
    {
        var folder = $"members/{FolderOf(endpoint)}";
        using var member = client.At(endpoint.Address);
        await TryAsync($"{folder}/status.json", async () => Format(await member.Maintenance.StatusAsync(new StatusRequest(), cancellation)));
        await TryAsync($"{folder}/batching.json", async () => Format(await member.Batching.GetAsync(cancellation)));
        foreach (var page in Pages)
        {
            await TryAsync($"{folder}{page.Split('?')[0]}.txt", () => pages.GetAsync(endpoint.Address, page, cancellation));
        }
    }

    /// <summary>A file of this machine.</summary>
    /// <param name="name">In the archive.</param>
    /// <param name="read">Its text, without secrets.</param>
    public Task FileAsync(string name, Func<string> read) => TryAsync(name, () => Task.FromResult(read()));

    /// <summary>The endpoint of a client URL as a member states it; null, and a failure, when it is none.</summary>
    private Endpoint? EndpointOf(string url)
    {
        try
        {
            return Endpoint.Parse(url);
        }
        catch (UsageException unusable)
        {
            _failures.Add($"member {SecretFilter.WithoutUser(url)}: {SecretFilter.WithoutUser(unusable.Message)}");
            return null;
        }
    }

    private static string Format(IMessage message) => Json.Format(message);

    private static string FolderOf(Endpoint endpoint) =>
        string.Concat(SecretFilter.WithoutUser(endpoint.Address.Authority.Length > 0 ? endpoint.Address.Authority : endpoint.Address.AbsolutePath)
            .Select(letter => char.IsAsciiLetterOrDigit(letter) || letter is '.' or '-' ? letter : '_'));

    private async Task TryAsync(string name, Func<Task<string>> ask)
    {
        try
        {
            archive.Add(name, await ask());
        }
        catch (Exception failed) when (failed is RpcException or HttpRequestException or IOException or UnauthorizedAccessException or CryptographicException or NotSupportedException)
        {
            _failures.Add($"{name}: {(failed is RpcException refused ? refused.Status.Detail : failed.Message)}");
        }
    }
}
