using System.Collections;
using MetaStore.IO;
using MetaStore.Raft.Runtime.Transport.Security;
using MetaStore.Raft.Storage;
using MetaStore.Server.Configuration;
using MetaStore.Server.Configuration.Options;
using MetaStore.Server.Hosting;
using MetaStore.Server.Hosting.Storage;

namespace MetaStore.Server.Tests.Hosting.Storage;

/// <summary>Who a member is: by its initial configuration before it has a directory, and by its directory after that.</summary>
public sealed class NodeIdentityTests : IDisposable
{
    private const string Cluster = "--initial-cluster=n1=http://10.0.0.1:2380,n2=http://10.0.0.2:2380";

    private readonly string _folder = Directory.CreateTempSubdirectory("metastore-identity-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public async Task Founders_DeriveTheSameCluster_AndEachItsOwnId()
    {
        NodeIdentity first = await ResolveAsync("n1"), second = await ResolveAsync("n2");
        Assert.Equal(first.ClusterId, second.ClusterId);
        Assert.NotEqual(first.MemberId, second.MemberId);
        Assert.All([first, second], founder =>
        {
            Assert.True(founder.Founds);
            Assert.Equal([first.MemberId, second.MemberId], founder.Members.Select(member => member.Id));
            Assert.Equal(first.FounderEntries.Select(entry => Convert.ToHexString(entry.Attributes.Span)), founder.FounderEntries.Select(entry => Convert.ToHexString(entry.Attributes.Span)));
        });
        Assert.NotEqual(first.ClusterId, (await ResolveAsync("n1", "--initial-cluster-token=other")).ClusterId);
    }

    [Fact]
    public async Task DirectoryOfThisMember_KeepsItsIds()
    {
        NodeIdentity derived = await ResolveAsync("n1");
        Make(derived.ClusterId, derived.MemberId);
        NodeIdentity again = await ResolveAsync("n1");
        Assert.Equal((derived.ClusterId, derived.MemberId, true, 2), (again.ClusterId, again.MemberId, again.Founds, again.Members.Count));

        // The flag of a restart by another unit file: the log says how the cluster began.
        Assert.False((await ResolveAsync("n1", "--initial-cluster-state=existing")).Founds);
    }

    [Fact]
    public async Task DirectoryOfAnotherMemberOfTheCluster_IsRefusedWithItsName()
    {
        NodeIdentity second = await ResolveAsync("n2");
        Make(second.ClusterId, second.MemberId);
        StartException refused = await Assert.ThrowsAsync<StartException>(() => ResolveAsync("n1"));
        Assert.Equal((ExitCodes.ForeignDirectory, $"--data-dir {_folder} belongs to member n2 of this cluster, not to n1; give every member its own"), (refused.ExitCode, refused.Message));
    }

    [Fact]
    public async Task DirectoryOfAMemberThatTheListDoesNotHave_IsRefusedWithItsId()
    {
        NodeIdentity derived = await ResolveAsync("n1");
        Make(derived.ClusterId, 0xabc);
        Assert.Contains("belongs to member abc of this cluster", (await Assert.ThrowsAsync<StartException>(() => ResolveAsync("n1"))).Message, StringComparison.Ordinal);
    }

    /// <summary>Settings of the first start do not count any more, as in etcd; a list that changed since must not make it found another cluster.</summary>
    [Fact]
    public async Task DirectoryOfAnotherCluster_KeepsItsIds_AndFoundsNothing()
    {
        Make(0x1234, 0x5678);
        NodeIdentity kept = await ResolveAsync("n1");
        Assert.Equal((0x1234UL, 0x5678UL, false, 0), (kept.ClusterId, kept.MemberId, kept.Founds, kept.Members.Count));
    }

    private void Make(ulong cluster, ulong member) => DataDirectory.Open(_folder, cluster, member).Dispose();

    private Task<NodeIdentity> ResolveAsync(string name, params string[] more)
    {
        string host = name == "n1" ? "10.0.0.1" : "10.0.0.2";
        ConfigurationResult result = ConfigurationLoader.Load(
            [$"--name={name}", $"--data-dir={_folder}", Cluster, $"--initial-advertise-peer-urls=http://{host}:2380", .. more], new Hashtable(), _ => TextReader.Null);
        Assert.Empty(result.Errors);
        MetaStoreOptions options = result.Options;
        return NodeIdentity.ResolveAsync(options, PeerSecurity.None, CancellationToken.None);
    }
}
