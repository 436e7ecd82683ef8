using Google.Protobuf;
using MetaStore.Server.Validation;

namespace MetaStore.Server.Tests.Validation;

public sealed class KeyIntervalsTests
{
    private readonly KeyIntervals _set = new();

    [Fact]
    public void Empty_ContainsNothing() => Assert.False(_set.Contains(Key("")) || _set.Contains(Key("a")));

    [Fact]
    public void SingleKey_IsThatKeyOnly()
    {
        _set.Add(Key("b"), ByteString.Empty);
        Assert.True(_set.Contains(Key("b")));
        Assert.False(_set.Contains(Key("a")) || _set.Contains(Key("b\0")) || _set.Contains(Key("c")));
    }

    [Fact]
    public void Range_IsHalfOpen()
    {
        _set.Add(Key("b"), Key("d"));
        Assert.True(_set.Contains(Key("b")) && _set.Contains(Key("c\uFFFF")));
        Assert.False(_set.Contains(Key("a\uFFFF")) || _set.Contains(Key("d")));
    }

    [Theory]
    [InlineData("d", "b")]
    [InlineData("b", "b")]
    [InlineData("b", "\0")]
    public void InvertedOrEmptyRange_AddsNothing(string from, string to)
    {
        _set.Add(Key(from), Key(to));
        Assert.False(_set.Contains(Key(from)) || _set.Contains(Key("c")));
    }

    /// <summary>Keys are bytes: 0x80 is above 0x7f, not below it.</summary>
    [Fact]
    public void Bytes_AreComparedUnsigned()
    {
        _set.Add(ByteString.CopyFrom(0x7f), ByteString.CopyFrom(0x81));
        Assert.True(_set.Contains(ByteString.CopyFrom(0x80)));
    }

    /// <summary>Against the definition: a key is in the set when one of the ranges that were added holds it.</summary>
    [Fact]
    public void RandomRanges_AgreeWithTheirDefinition()
    {
        var random = new Random(7);
        for (int round = 0; round < 300; round++)
        {
            KeyIntervals set = new(), half = new();
            List<(ByteString From, ByteString To)> added = [];
            for (int i = random.Next(1, 12); i > 0; i--)
            {
                (ByteString From, ByteString To) range = (Random(), random.Next(4) == 0 ? ByteString.Empty : Random());
                added.Add(range);
                (random.Next(2) == 0 ? set : half).Add(range.From, range.To);
            }

            set.AddAll(half);
            foreach (int number in Enumerable.Range(0, 27))
            {
                ByteString key = KeyOf(number);
                bool expected = added.Any(range => range.To.IsEmpty ? range.From.Equals(key) : Compare(range.From, key) <= 0 && Compare(key, range.To) < 0);
                Assert.True(expected == set.Contains(key), $"round {round}, key {number}");
            }
        }

        ByteString Random() => KeyOf(random.Next(27));
        static ByteString KeyOf(int number) => Key($"{(char)('a' + (number / 9))}{(char)('a' + (number / 3 % 3))}{(char)('a' + (number % 3))}"[..(1 + (number % 3))]);
        static int Compare(ByteString left, ByteString right) => left.Span.SequenceCompareTo(right.Span);
    }

    private static ByteString Key(string text) => ByteString.CopyFromUtf8(text);
}
