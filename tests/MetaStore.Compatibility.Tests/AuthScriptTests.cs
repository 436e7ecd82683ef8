using System.Text;
using System.Text.RegularExpressions;
using MetaStore.Compatibility.Tests.Comparison;
using MetaStore.Compatibility.Tests.Etcdctl;
using MetaStore.Testing;
using MetaStore.Testing.Certificates;
using MetaStore.Testing.Processes;
using Xunit.Abstractions;

namespace MetaStore.Compatibility.Tests;

/// <summary>Users, roles and permissions by etcdctl, on etcd and on MetaStore: the same text, the same exit codes.</summary>
[Collection("processes")]
public sealed partial class AuthScriptTests(ITestOutputHelper output)
{
    private const string Cost = "--bcrypt-cost=4";

    private static IReadOnlyList<AuthStep> Script => AuthStep.Read(Path.Combine(AppContext.BaseDirectory, "Etcdctl", "auth.script"));

    [Fact]
    public void Script_HasAtLeast150Commands() => Assert.True(Script.Count >= 150, $"{Script.Count} commands");

    [SkippableTheory]
    [RowOnRequest("rocksdb", false)]
    [RowOnRequest("memory", true)]
    [InlineData("memory", false)]
    public async Task Script_OnMetaStore_PrintsWhatItPrintsOnEtcd(string engine, bool isSigned)
    {
        Skip.If(Programs.Etcd is null || Programs.Etcdctl is null, "etcd and etcdctl are not installed");
        IReadOnlyCollection<string> differences = await ConfirmedDifferences.OfAsync(() => DifferencesAsync(engine, isSigned), output);
        Assert.True(differences.Count == 0, $"{differences.Count} of {Script.Count} commands differ\n{string.Join('\n', differences)}");
    }

    [SkippableFact]
    public async Task Script_ByMetactl_PrintsWhatEtcdctlPrints()
    {
        Skip.If(Programs.Etcdctl is null, "etcdctl is not installed");
        await using var left = ProcessCluster.OfMetaStore(1, Cost);
        await using var right = ProcessCluster.OfMetaStore(1, Cost);
        await Task.WhenAll(left.StartAsync(), right.StartAsync());
        using var theirs = new EtcdctlRun(left);
        await theirs.PrepareAsync();
        var names = new ScriptNames(right);
        var differences = new List<string>();
        foreach (var (command, _, isCodeOnly) in Script)
        {
            var expected = WithoutErrors(await theirs.RunAsync(command));
            var words = ScriptCommand.Words(names.Fill(command.Text)).Prepend($"--endpoints={right.Endpoints}").ToArray();
            var answer = await MetactlRun.RunAsync(words, Encoding.UTF8.GetBytes(command.Input), new Dictionary<string, string>());
            var actual = OutputNormalizer.Normalize($"{answer.Output}exit {answer.ExitCode}", names);
            output.WriteLine($"$ {command.Text}\n{expected}\n  metactl: {answer.Error.Trim()}");
            (expected, actual) = isCodeOnly ? (CodeOf(expected), CodeOf(actual)) : (Ids().Replace(expected, "<id>"), Ids().Replace(actual, "<id>"));
            if (expected != actual)
            {
                differences.Add($"line {command.Line}: {command.Text}\n{LineDiff.Describe(expected, actual)}\n  metactl: {answer.Error.Trim()}");
            }
        }

        Assert.True(differences.Count == 0, $"{differences.Count} of {Script.Count} commands differ\n{string.Join("\n\n", differences)}");
    }

    private static string CodeOf(string printed) => printed[(printed.LastIndexOf('\n') + 1)..];

    /// <summary>Error texts are each program's own.</summary>
    private static string WithoutErrors(string printed) =>
        string.Join('\n', printed.Split('\n').Where(line => !line.StartsWith("stderr: ", StringComparison.Ordinal)));

    [GeneratedRegex(@"<(id-n1|cluster)(-dec)?>|(?<=""(cluster_id|member_id)"":)\d+|(?<=""(ClusterID|MemberID)"" : )\d+")]
    private static partial Regex Ids();

    private async Task<IReadOnlyDictionary<string, string>> DifferencesAsync(string engine, bool isSigned)
    {
        using var files = new CertificateFolder();
        string[] flags = isSigned ? [Cost, $"--auth-token=jwt,sign-method=HS256,priv-key={files.Write("secret", "a secret of both")}"] : [Cost];
        await using var reference = ProcessCluster.OfEtcd(1, flags);
        await using var tested = ProcessCluster.OfMetaStore(1, EngineFlags.Of(engine, flags));
        await Task.WhenAll(reference.StartAsync(), tested.StartAsync());
        using var left = new EtcdctlRun(reference);
        using var right = new EtcdctlRun(tested);
        await Task.WhenAll(left.PrepareAsync(), right.PrepareAsync());
        var differences = new Dictionary<string, string>();
        foreach (var (command, differs, _) in Script)
        {
            var outputs = await Task.WhenAll(left.RunAsync(command), right.RunAsync(command));
            output.WriteLine($"$ etcdctl {command.Text}\n{outputs[0]}");
            if (differs == (outputs[0] == outputs[1]))
            {
                var what = differs ? "the same answer, where one of its own was expected" : LineDiff.Describe(outputs[0], outputs[1]);
                differences.Add($"line {command.Line}", $"etcdctl {command.Text}\n{what}");
            }
        }

        return differences;
    }
}
