print("jatai")
