using Google.Protobuf;

namespace MetaStore.Server.Tests.Auth;

/// <summary>What a method answers to each kind of caller.</summary>
/// <param name="Path">The method.</param>
/// <param name="Strange">A request that touches what user "plain" has no right to; where that makes no difference, any request.</param>
/// <param name="IsOpen">Anyone may call it.</param>
/// <param name="PlainMay">User "plain" may make the strange request.</param>
/// <param name="Own">A request that user "plain" may make; null = none.</param>
internal sealed record CallRow(string Path, IMessage Strange, bool IsOpen = false, bool PlainMay = false, IMessage? Own = null);
