using MetaStore.StateMachine.Auth;
using MetaStore.StateMachine.Commands.Codec;
using MetaStore.StateMachine.Commands.Identities;
using MetaStore.StateMachine.Commands.Kv;

namespace MetaStore.StateMachine.Tests.Commands.Codec;

/// <summary>Identities that are read one after the other are those of each command alone.</summary>
public sealed class IdentityReaderTests
{
    private static readonly string[] Names = ["alice", "alicf", "alice2", "", "bob", new string('u', 60), new string('u', 61), new string('u', 300), "\u00e4"];

    [Fact]
    public void Identities_AreThoseOfEachCommandAlone()
    {
        var reader = new IdentityReader();
        var random = new Random(1);
        for (var i = 0; i < 20_000; i++)
        {
            var identity = random.Next(10) == 0 ? AuthIdentity.Internal : AuthIdentity.Of(Names[random.Next(random.Next(1, Names.Length + 1))], (ulong)random.Next(2) * 200);
            ReadOnlyMemory<byte> command = Command(identity, key: (byte)random.Next(3));
            Assert.Equal(identity, AsHeader.Read(command, out var expected));
            Assert.Equal(identity, reader.Read(command, out var inner));
            Assert.True(expected.Span.SequenceEqual(inner.Span));
            Assert.True(expected.Span.SequenceEqual(AsHeader.InnerOf(command).Span));
        }
    }

    /// <summary>Every byte of a command changed and every end cut off: refused with the same words, or read as the same.</summary>
    [Fact]
    public void DamagedCommand_AfterAGoodOne_IsReadAsItWouldBeAlone()
    {
        ReadOnlyMemory<byte> good = Command(AuthIdentity.Of("alice", 7), key: 1);
        for (var at = 0; at < good.Length; at++)
        {
            foreach (var damaged in Damaged(good, at))
            {
                var reader = new IdentityReader();
                reader.Read(good, out _);
                Assert.Equal(Outcome(() => (AsHeader.Read(damaged, out var inner), Convert.ToHexString(inner.Span))), Outcome(() => (reader.Read(damaged, out var inner), Convert.ToHexString(inner.Span))));
                Assert.Equal(Outcome(() => AsHeader.Read(damaged, out _) is var _), Outcome(() => AsHeader.InnerOf(damaged).Length > 0));
            }
        }
    }

    private static IEnumerable<byte[]> Damaged(ReadOnlyMemory<byte> good, int at)
    {
        yield return good[..at].ToArray();
        for (var change = 1; change < 256; change++)
        {
            var bytes = good.ToArray();
            bytes[at] ^= (byte)change;
            yield return bytes;
        }
    }

    private static string Outcome<T>(Func<T> read)
    {
        try
        {
            return read()!.ToString()!;
        }
        catch (CommandFormatException refused)
        {
            return refused.Message;
        }
    }

    private static byte[] Command(AuthIdentity identity, byte key)
        => CommandFormat.Encode(new AsCommand<PutCommand>(identity, new PutCommand { Key = new[] { key }, Value = "v"u8.ToArray() }));
}
