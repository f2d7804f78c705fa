"""What staff see of the requests in their districts: the queue, and each request beside those that want the same ground."""
