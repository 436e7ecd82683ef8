using System.CommandLine;
using MetaStore.Cli.CommandLine;
using MetaStore.Cli.Words;

namespace MetaStore.Cli.Tests.Words;

/// <summary>Flags, values and arguments by the rules of the pflag package.</summary>
public sealed class FlagReaderTests
{
    private static readonly Command Verb = new("verb")
    {
        new Option<bool>("--all", "-a"), new Option<bool>("--both", "-b"), new Option<int>("--count", "-c"), new Option<string>("--name", "-n"), new ListOption("--list"),
    };

    [Theory]
    [InlineData("--count 5 x", "--count=5|x")]
    [InlineData("x --count=5 y", "--count=5|x y")]
    [InlineData("--name --all", "--name=--all|")]
    [InlineData("--name= x", "--name=|x")]
    [InlineData("--name=a=b", "--name=a=b|")]
    [InlineData("--all false", "--all=true|false")]
    [InlineData("--all=0", "--all=false|")]
    [InlineData("-ab x", "--all=true --both=true|x")]
    [InlineData("-abc5", "--all=true --both=true --count=5|")]
    [InlineData("-abc 5", "--all=true --both=true --count=5|")]
    [InlineData("-c=5 -n=", "--count=5 --name==|")]
    [InlineData("-nab", "--name=ab|")]
    [InlineData("-a=f -b", "--all=false --both=true|")]
    [InlineData("- x", "|- x")]
    [InlineData("--count=1 --count=2", "--count=2|")]
    [InlineData("--list=a --list b,c", "--list=a,b,c|")]
    [InlineData("x -- --all -- y", "|x --all -- y")]
    public void Words_AreSeparatedAsPflagDoes(string words, string expected)
    {
        var read = FlagReader.Read(Verb, words.Split(' '));
        Assert.Equal(expected, $"{string.Join(' ', read.Final().Select(flag => $"{flag.Flag.Name}={flag.Value}"))}|{string.Join(' ', read.Plain)}");
    }

    [Theory]
    [InlineData("x", null)]
    [InlineData("-- x", 0)]
    [InlineData("x y --", 2)]
    [InlineData("--name -- x", null)]
    public void Dash_IsCountedInPositionalArguments(string words, int? expected) => Assert.Equal(expected, FlagReader.Read(Verb, words.Split(' ')).Dash);

    [Theory]
    [InlineData("---all", "bad flag syntax: ---all")]
    [InlineData("--=x", "bad flag syntax: --=x")]
    [InlineData("--name", "flag needs an argument: --name")]
    [InlineData("-ac", "flag needs an argument: 'c' in -ac")]
    [InlineData("-axb", "unknown shorthand flag: 'x' in -axb")]
    [InlineData("-a=", "unknown shorthand flag: '=' in -a=")]
    [InlineData("--ALL", "unknown flag: --ALL; write -- before arguments that begin with a dash, and see metactl --help")]
    [InlineData("-d", "unknown shorthand flag: 'd' in -d")]
    [InlineData("--discovery-srv=x", "unknown flag: --discovery-srv; name the members with --endpoints")]
    [InlineData("--count=x", "invalid argument \"x\" for \"-c, --count\" flag: strconv.ParseInt: parsing \"x\": invalid syntax")]
    [InlineData("--all=yes", "invalid argument \"yes\" for \"-a, --all\" flag: strconv.ParseBool: parsing \"yes\": invalid syntax")]
    public void Words_ThatPflagRefuses_AreRefusedWithItsText(string words, string why)
    {
        var refused = Assert.Throws<UsageException>(() => FlagReader.Read(Verb, words.Split(' ')));
        Assert.Equal((why, ExitCodes.Error), (refused.Message, refused.ExitCode));
    }

    [Fact]
    public void Flag_OfAParent_IsFoundOnlyWhenItIsRecursive()
    {
        var child = new Command("child");
        _ = new Command("parent") { child, new Option<bool>("--below") { Recursive = true }, new Option<bool>("--here") };
        Assert.NotNull(Flags.Find(child, "--below"));
        Assert.Null(Flags.Find(child, "--here"));
    }
}
