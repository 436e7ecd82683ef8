using MetaStore.Server.Maintenance;

namespace MetaStore.Server.Tests.Maintenance;

/// <summary>Which members are called corrupt: an alarm on the wrong one would take a good copy out of service.</summary>
public sealed class HashComparisonTests
{
    [Theory]
    [InlineData(3, new uint[] { 7, 7, 7 }, new ulong[0])]
    [InlineData(3, new uint[] { 7, 7, 8 }, new ulong[] { 3 })]
    [InlineData(3, new uint[] { 8, 7, 7 }, new ulong[] { 1 })]
    [InlineData(3, new uint[] { 7, 8, 9 }, new ulong[] { 1, 2, 3 })]
    [InlineData(3, new uint[] { 7, 8 }, new ulong[] { 1, 2 })]
    [InlineData(3, new uint[] { 7, 7 }, new ulong[0])]
    [InlineData(5, new uint[] { 7, 7, 7, 8, 9 }, new ulong[] { 4, 5 })]
    [InlineData(5, new uint[] { 7, 7, 8 }, new ulong[] { 1, 2, 3 })]
    [InlineData(4, new uint[] { 7, 7, 8, 8 }, new ulong[] { 1, 2, 3, 4 })]
    [InlineData(2, new uint[] { 7, 8 }, new ulong[] { 1, 2 })]
    [InlineData(1, new uint[] { 7 }, new ulong[0])]
    [InlineData(3, new uint[0], new ulong[0])]
    public void Corrupt_IsTheMinorityOfAllMembers_OrAllWhenThereIsNone(int members, uint[] hashes, ulong[] expected) =>
        Assert.Equal(expected, HashComparison.Corrupt(hashes.Select((hash, i) => (Id: (ulong)i + 1, hash)).ToDictionary(pair => pair.Id, pair => pair.hash), members));
}
