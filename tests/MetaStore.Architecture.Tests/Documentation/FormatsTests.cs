using System.Text.RegularExpressions;

namespace MetaStore.Architecture.Tests.Documentation;

/// <summary>Numbers stored on disk are listed in docs/formats.md under the names they have in the code.</summary>
public sealed partial class FormatsTests
{
    [Theory]
    [InlineData("src/MetaStore.StateMachine/Commands/CommandKind.cs")]
    [InlineData("src/MetaStore.Engines/Bucket.cs")]
    [InlineData("src/MetaStore.Batching/Settings/BatchCompression.cs")]
    public void Numbers_OfTheCode_StandInTheDocument(string source)
    {
        string document = Repository.Read("docs/formats.md");
        var members = EnumMember().Matches(Repository.Read(source)).ToList();

        Assert.NotEmpty(members);
        Assert.All(members, member =>
            Assert.Contains($"{member.Groups["number"].Value} {member.Groups["name"].Value}", document, StringComparison.OrdinalIgnoreCase));
    }

    [GeneratedRegex(@"^    (?<name>[A-Z]\w+) = (?<number>\d+),$", RegexOptions.Multiline)]
    private static partial Regex EnumMember();
}
