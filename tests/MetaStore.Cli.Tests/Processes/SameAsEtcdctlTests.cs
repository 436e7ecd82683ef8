using System.Text.RegularExpressions;
using MetaStore.Testing.Processes;

namespace MetaStore.Cli.Tests.Processes;

/// <summary>metactl and etcdctl print the same for the same member.</summary>
[Collection(nameof(OneAtATime))]
public sealed partial class SameAsEtcdctlTests(OneMember member) : IClassFixture<OneMember>
{
    public static TheoryData<string, string> Commands
    {
        get
        {
            var data = new TheoryData<string, string>();
            foreach (var format in new[] { "simple", "json", "fields" })
            {
                data.Add(format, "get --prefix w");
                data.Add(format, "get nothing");
                data.Add(format, "lease timetolive 1234 --keys");
                data.Add(format, "lease timetolive 99");
                data.Add(format, "lease list");
                data.Add(format, "lease keep-alive --once 1234");
                data.Add(format, "member list");
                data.Add(format, "del nothing");
            }

            data.Add("simple", "alarm list");
            data.Add("table", "member list");
            return data;
        }
    }

    [SkippableTheory]
    [MemberData(nameof(Commands))]
    public async Task Output_IsTheSame(string format, string command)
    {
        Skip.If(Programs.Etcdctl is null, "etcdctl is not installed");
        string[] words = ["-w", format, .. command.Split(' ')];

        var theirs = await OneMember.EndAsync(member.Etcdctl(words));
        var ours = await member.RunAsync(words);

        Assert.Equal(Steady(theirs.Output), Steady(ours.Output));
        Assert.Equal(theirs.Code, ours.Code);
    }

    [SkippableTheory]
    [InlineData("simple", "DELETE")]
    [InlineData("json", "\"type\":1")]
    [InlineData("fields", "DELETE")]
    public async Task Watch_PrintsTheSameHistory(string format, string last)
    {
        Skip.If(Programs.Etcdctl is null, "etcdctl is not installed");
        string[] words = ["watch", "--prefix", "w", "--rev", "1", "--prev-kv", "-w", format];
        await using var theirs = member.Etcdctl(words);
        await using var ours = member.Metactl(words);

        await OneMember.PrintedAsync(ours, output => theirs.Output.Contains(last, StringComparison.Ordinal) && output == theirs.Output);
    }

    /// <summary>Masks what changes between two calls: remaining seconds.</summary>
    private static string Steady(string output) => Seconds().Replace(output, "$1N");

    [GeneratedRegex("""(remaining\(|"ttl":|"TTL" : )\d+""")]
    private static partial Regex Seconds();
}
