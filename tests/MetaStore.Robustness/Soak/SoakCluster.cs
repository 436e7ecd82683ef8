using MetaStore.Client;
using MetaStore.Protocol.Etcd;
using MetaStore.Testing;
using MetaStore.Testing.Certificates;
using MetaStore.Testing.Processes;

namespace MetaStore.Robustness.Soak;

/// <summary>
/// Three members that stay for the whole time and one guest that is replaced again and again, with TLS for clients and members and with users.
/// </summary>
internal sealed class SoakCluster : IAsyncDisposable
{
    /// <summary>User of the load, who may read and write everything below <see cref="Prefix"/>.</summary>
    public const string User = "soak";

    /// <summary>Password of both users.</summary>
    public const string Password = "a password of the soak";

    /// <summary>Prefix of all keys.</summary>
    public const string Prefix = "soak/";

    private static readonly TimeSpan s_startLimit = TimeSpan.FromSeconds(60);

    private readonly CertificateFolder _files = new();
    private readonly TestAuthority _authority = TestAuthority.Create();
    private readonly SoakPlan _plan;
    private readonly HttpClient _http = new() { Timeout = TimeSpan.FromSeconds(2) };
    private int _guests;

    private SoakCluster(SoakPlan plan)
    {
        _plan = plan;
        _files.Write("ca.crt", _authority.Pem);
        RotateCertificates();
        Founders = [.. Enumerable.Range(1, 3).Select(number => Create($"founder{number}"))];
    }

    /// <summary>The members that stay.</summary>
    public IReadOnlyList<SoakMember> Founders { get; }

    /// <summary>The present guest; null when there is none.</summary>
    public SoakMember? Guest { get; private set; }

    /// <summary>Starts the members, makes the users and turns auth on.</summary>
    public static async Task<SoakCluster> StartAsync(SoakPlan plan)
    {
        var cluster = new SoakCluster(plan);
        try
        {
            string initial = string.Join(',', cluster.Founders.Select(founder => $"{founder.Name}={founder.PeerUrl}"));
            foreach (SoakMember founder in cluster.Founders)
            {
                cluster.Launch(founder, initial, "new");
            }

            await Task.WhenAll(cluster.Founders.Select(cluster.WaitUntilHealthyAsync));
            await cluster.MakeUsersAsync();
            return cluster;
        }
        catch
        {
            await cluster.DisposeAsync();
            throw;
        }
    }

    /// <summary>A client of members, with its own connections.</summary>
    /// <param name="user">root or <see cref="User"/>; null for none.</param>
    /// <param name="members">Default: the founders.</param>
    public MetaStoreClient ClientOf(string? user, params IEnumerable<SoakMember> members) => new(new MetaStoreClientOptions
    {
        Endpoints = [.. (members.Any() ? members : Founders).Select(member => member.ClientUrl)],
        CommandTimeout = TimeSpan.FromSeconds(20),
        DialTimeout = TimeSpan.FromSeconds(10),
        User = user,
        Password = user is null ? null : Password,
        Tls = new ClientTlsOptions { AuthoritiesFile = _files["ca.crt"] },
    });

    /// <summary>New keys and certificates in the files that all members use.</summary>
    public void RotateCertificates() => _files.Write("member", _authority.IssueServer("CN=member"));

    /// <summary>Adds a guest as a learner, waits until it has caught up, and makes it a voter.</summary>
    public async Task AddGuestAsync(MetaStoreClient root, CancellationToken cancellation)
    {
        SoakMember guest = Create($"guest{++_guests}");
        await root.Cluster.MemberAddAsync(new MemberAddRequest { PeerURLs = { guest.PeerUrl }, IsLearner = true }, cancellation);
        Guest = guest;
        MemberListResponse list = await root.Cluster.MemberListAsync(new MemberListRequest { Linearizable = true }, cancellation);
        Launch(guest, string.Join(',', list.Members.Select(member => $"{(member.Name.Length > 0 ? member.Name : guest.Name)}={member.PeerURLs[0]}")), "existing");
        ulong id = list.Members.Single(member => member.PeerURLs.Contains(guest.PeerUrl)).ID;
        await Eventually.TrueAsync(
            async () =>
            {
                cancellation.ThrowIfCancellationRequested();
                try
                {
                    await root.Cluster.MemberPromoteAsync(new MemberPromoteRequest { ID = id }, cancellation);
                    return true;
                }
                catch (Grpc.Core.RpcException early) when (early.Status.Detail.Contains("in sync with leader", StringComparison.Ordinal))
                {
                    return false;
                }
            },
            s_startLimit, () => $"{guest.Name} was not promoted: {guest.Process?.Output}");
    }

    /// <summary>Removes the guest, if there is one, and deletes its data.</summary>
    public async Task RemoveGuestAsync(MetaStoreClient root, CancellationToken cancellation)
    {
        if (Guest is not { } guest)
        {
            return;
        }

        MemberListResponse list = await root.Cluster.MemberListAsync(new MemberListRequest { Linearizable = true }, cancellation);
        if (list.Members.FirstOrDefault(member => member.PeerURLs.Contains(guest.PeerUrl)) is { } listed)
        {
            await root.Cluster.MemberRemoveAsync(new MemberRemoveRequest { ID = listed.ID }, cancellation);
        }

        Guest = null;
        if (guest.Process is { } process)
        {
            await process.EndsWithinAsync(TimeSpan.FromSeconds(10));
            await process.DisposeAsync();
            Directory.Delete(guest.Folder, recursive: true);
        }
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        foreach (SoakMember member in Guest is null ? Founders : [.. Founders, Guest])
        {
            if (member.Process is { } process)
            {
                await process.DisposeAsync();
            }
        }

        _http.Dispose();
        _authority.Dispose();
        _files.Dispose();
    }

    private SoakMember Create(string name)
    {
        int[] ports = FreePorts.Take(3);
        return new SoakMember(name, _files[name], ports[0], ports[1], ports[2]);
    }

    private void Launch(SoakMember member, string initialCluster, string state)
    {
        member.Process = ServerProcess.Start(
            Programs.MetaStore,
            [
                "--name", member.Name, "--data-dir", member.Folder, "--listen-client-urls", member.ClientUrl.ToString(), "--advertise-client-urls", member.ClientUrl.ToString(),
                "--listen-peer-urls", member.PeerUrl, "--initial-advertise-peer-urls", member.PeerUrl, "--listen-metrics-urls", member.MetricsUrl.ToString(),
                "--initial-cluster", initialCluster, "--initial-cluster-state", state, "--strict-reconfig-check=false",
                "--cert-file", _files["member.crt"], "--key-file", _files["member.key"], "--peer-cert-file", _files["member.crt"], "--peer-key-file", _files["member.key"],
                "--peer-trusted-ca-file", _files["ca.crt"], "--peer-client-cert-auth", .. _plan.MemberFlags,
            ]);
    }

    private Task WaitUntilHealthyAsync(SoakMember member) => Eventually.TrueAsync(
        async () =>
        {
            if (!member.Process!.IsRunning)
            {
                throw new InvalidOperationException($"{member.Name} ended: {member.Process.Output}");
            }

            try
            {
                using HttpResponseMessage answer = await _http.GetAsync(new Uri(member.MetricsUrl, "health"));
                return answer.IsSuccessStatusCode;
            }
            catch (Exception early) when (early is HttpRequestException or OperationCanceledException)
            {
                return false;
            }
        },
        s_startLimit, () => $"{member.Name} is not healthy: {member.Process?.Output}");

    private async Task MakeUsersAsync()
    {
        using MetaStoreClient client = ClientOf(user: null);
        await client.Auth.UserAddAsync(new AuthUserAddRequest { Name = "root", Password = Password });
        await client.Auth.RoleAddAsync(new AuthRoleAddRequest { Name = "root" });
        await client.Auth.UserGrantRoleAsync(new AuthUserGrantRoleRequest { User = "root", Role = "root" });
        await client.Auth.UserAddAsync(new AuthUserAddRequest { Name = User, Password = Password });
        await client.Auth.RoleAddAsync(new AuthRoleAddRequest { Name = User });
        KeyRange all = KeyRange.Prefix(Prefix);
        var permission = new Protocol.Auth.Permission { PermType = Protocol.Auth.Permission.Types.Type.Readwrite, Key = all.Key, RangeEnd = all.RangeEnd };
        await client.Auth.RoleGrantPermissionAsync(new AuthRoleGrantPermissionRequest { Name = User, Perm = permission });
        await client.Auth.UserGrantRoleAsync(new AuthUserGrantRoleRequest { User = User, Role = User });
        await client.Auth.AuthEnableAsync(new AuthEnableRequest());
    }
}
