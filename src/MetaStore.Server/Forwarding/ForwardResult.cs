namespace MetaStore.Server.Forwarding;

/// <summary>The leader's response, or the reason why there is none.</summary>
/// <param name="Error">None when there is a response.</param>
/// <param name="Response">Has no header; null on errors.</param>
internal readonly record struct ForwardResult<T>(ServerError Error, T? Response)
    where T : class;
