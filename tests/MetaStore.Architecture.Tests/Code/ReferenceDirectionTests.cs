using System.Xml.Linq;

namespace MetaStore.Architecture.Tests.Code;

/// <summary>The references of docs/architecture.md, compared with the project files.</summary>
public sealed class ReferenceDirectionTests
{
    private static readonly Dictionary<string, string[]> Allowed = new(StringComparer.Ordinal)
    {
        ["MetaStore.Raft"] = [],
        ["MetaStore.Bolt"] = [],
        ["MetaStore.Engines"] = ["MetaStore.IO"],
        ["MetaStore.StateMachine"] = ["MetaStore.Engines", "MetaStore.Bolt"],
        ["MetaStore.Protocol"] = [],
        ["MetaStore.IO"] = [],
        ["MetaStore.Raft.Storage"] = ["MetaStore.Raft", "MetaStore.IO"],
        ["MetaStore.Batching"] = ["MetaStore.Raft", "MetaStore.Raft.Storage", "MetaStore.IO", "MetaStore.Protocol"],
        ["MetaStore.Raft.Runtime"] = ["MetaStore.Raft", "MetaStore.Raft.Storage", "MetaStore.IO", "MetaStore.Protocol"],
        ["MetaStore.Server"] = ["MetaStore.Raft", "MetaStore.Raft.Storage", "MetaStore.Raft.Runtime", "MetaStore.Batching", "MetaStore.IO", "MetaStore.StateMachine", "MetaStore.Engines", "MetaStore.Protocol"],
        ["MetaStore.Client"] = ["MetaStore.Protocol"],
        ["MetaStore.Hosting"] = ["MetaStore.Server", "MetaStore.Client"],
        ["MetaStore.Cli"] = ["MetaStore.Client", "MetaStore.Batching", "MetaStore.Raft.Storage", "MetaStore.Raft.Runtime", "MetaStore.StateMachine", "MetaStore.Engines"],
    };

    public static TheoryData<string> SourceProjects => [.. Allowed.Keys];

    [Fact]
    public void EverySourceProject_IsInTheTable()
    {
        var found = Repository.Files("src", "*.csproj").Select(path => Path.GetFileNameWithoutExtension(path)!);
        Assert.Equal(Allowed.Keys.Order(StringComparer.Ordinal), found.Order(StringComparer.Ordinal));
    }

    [Theory]
    [MemberData(nameof(SourceProjects))]
    public void Project_References_OnlyWhatTheTableAllows(string project)
    {
        var references = ProjectReferences($"src/{project}/{project}.csproj");
        Assert.Empty(references.Except(Allowed[project], StringComparer.Ordinal));
    }

    [Fact]
    public void RaftCore_HasNoPackages()
    {
        Assert.Empty(Elements("src/MetaStore.Raft/MetaStore.Raft.csproj", "PackageReference"));
        Assert.Empty(Elements("src/MetaStore.Raft/MetaStore.Raft.csproj", "FrameworkReference"));
    }

    /// <summary>A program that uses the client gets these and their dependencies, and runs on the plain .NET runtime.</summary>
    [Fact]
    public void Client_NeedsGrpcAndOptions_AndNoAspNetCore()
    {
        Assert.Equal(["Grpc.Net.Client", "Microsoft.Extensions.Options"], Elements("src/MetaStore.Client/MetaStore.Client.csproj", "PackageReference"));
        Assert.Empty(Elements("src/MetaStore.Client/MetaStore.Client.csproj", "FrameworkReference"));
        Assert.Empty(Elements("src/MetaStore.Protocol/MetaStore.Protocol.csproj", "FrameworkReference"));
    }

    [Fact]
    public void Nothing_References_TestsOrPerf()
    {
        foreach (var project in Repository.Files("src", "*.csproj"))
        {
            Assert.DoesNotContain(Elements(project, "ProjectReference"), path =>
                path.Contains("tests/", StringComparison.Ordinal) || path.Contains("perf/", StringComparison.Ordinal));
        }
    }

    [Fact]
    public void GeneratedMessages_StopAtTheEdges()
    {
        // Generated protobuf types are for Server/Services, what asks other members, the sending side of watches, the peer transport, the client and the CLI: no other code may use them.
        string[] generated = ["using MetaStore.Protocol.Etcd", "using MetaStore.Protocol.Mvcc", "using MetaStore.Protocol.Auth", "using MetaStore.Protocol.Peer"];
        string[] edges =
        [
            "src/MetaStore.Server/Services/", "src/MetaStore.Server/Forwarding/", "src/MetaStore.Server/Leases/KeepAlive", "src/MetaStore.Server/Backup/",
            "src/MetaStore.Server/Validation/", "src/MetaStore.Server/Watch/", "src/MetaStore.Server/Gateway/", "src/MetaStore.Server/Hosting/",
            "src/MetaStore.Server/Dashboard/",
            "src/MetaStore.Raft.Runtime/Transport/", "src/MetaStore.Client/", "src/MetaStore.Cli/",
        ];
        var offenders = Repository.Files("src", "*.cs")
            .Where(path => !edges.Any(edge => path.StartsWith(edge, StringComparison.Ordinal)))
            .Where(path => generated.Any(name => Repository.Read(path).Contains(name, StringComparison.Ordinal)));
        Assert.Empty(offenders);
    }

    private static IEnumerable<string> ProjectReferences(string csproj) =>
        Elements(csproj, "ProjectReference").Select(path => Path.GetFileNameWithoutExtension(path.Replace('\\', '/')));

    private static IEnumerable<string> Elements(string csproj, string name) =>
        XDocument.Parse(Repository.Read(csproj)).Descendants(name).Select(element => element.Attribute("Include")!.Value);
}
