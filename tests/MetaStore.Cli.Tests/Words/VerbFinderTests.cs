using System.CommandLine;
using MetaStore.Cli.CommandLine;
using MetaStore.Cli.Words;

namespace MetaStore.Cli.Tests.Words;

public sealed class VerbFinderTests
{
    private static readonly RootCommand Root = MetactlCommand.Build();

    [Theory]
    [InlineData("get k", "metactl get", "k")]
    [InlineData("--endpoints get get k", "metactl get", "--endpoints get k")]
    [InlineData("-w json lease list", "metactl lease list", "-w json")]
    [InlineData("--hex lease --debug grant 5", "metactl lease grant", "--hex --debug 5")]
    [InlineData("lease --write-out=json grant 5", "metactl lease grant", "--write-out=json 5")]
    [InlineData("le gr 5", "metactl lease grant", "5")]
    [InlineData("mem l", "metactl member list", "")]
    [InlineData("lease", "metactl lease", "")]
    [InlineData("-- get", "metactl", "-- get")]
    [InlineData("w k", "metactl watch", "k")]
    public void Verb_MayFollowFlags_AndBeAPrefix(string words, string path, string rest)
    {
        var (verb, left) = VerbFinder.Find(Root, words.Split(' '));
        Assert.Equal((path, rest), (VerbFinder.PathOf(verb), string.Join(' ', left)));
    }

    [Fact]
    public void Verb_ThatIsAPrefixOfSeveral_NamesThem()
    {
        var message = Assert.Throws<UsageException>(() => VerbFinder.Find(Root, ["de", "k"])).Message;
        Assert.Equal("unknown command \"de\" for \"metactl\"\n\nDid you mean this?\n\tdefrag\n\tdel\n\tget\n\nRun 'metactl --help' for usage.", message);
    }

    [Fact]
    public void Verb_UnlikeAny_HasNoSuggestion() =>
        Assert.Equal("unknown command \"\\x00xyzzy\" for \"metactl lease\"\nRun 'metactl lease --help' for usage.", Assert.Throws<UsageException>(() => VerbFinder.Find(Root, ["lease", "\0xyzzy"])).Message);

    [Theory]
    [InlineData("", "", 0)]
    [InlineData("get", "GET", 0)]
    [InlineData("get", "", 3)]
    [InlineData("kitten", "sitting", 3)]
    [InlineData("lease", "elase", 2)]
    public void Distance_CountsEdits(string one, string other, int expected)
    {
        Assert.Equal(expected, EditDistance.Of(one, other));
        Assert.Equal(expected, EditDistance.Of(other, one));
    }

    [Theory]
    [InlineData("get k", 1)]
    [InlineData("watch k", 1)]
    [InlineData("nonsense", 0)]
    [InlineData("--hex get", 1)]
    public void Tree_ForACall_HasOnlyItsVerb(string words, int own)
    {
        var visible = MetactlCommand.BuildFor(words.Split(' ')).Subcommands.Count(verb => !verb.Hidden);
        Assert.True(own == 1 ? visible == 1 : visible > 20, $"{visible}");
    }
}
